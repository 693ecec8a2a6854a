"""Rows of the index move from the old key to the new one, while search goes on.

Each batch is locked before its texts are read, and changed in place: what is written meanwhile waits and wins,
and what erasure takes away does not come back. Rows somebody else holds are left for the next round.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import connection, transaction

from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import WAITING
from aureole.search.models import SearchEntry
from aureole.search.tokens import KEY, document_tokens
from aureole.vault.epochs import epochs

_BATCH = 200
_MOST_DEAR = 4
_CHANGE = "UPDATE search_entry SET tokens = %s, epoch = %s, person_id = %s, at = %s WHERE id = %s"


def rows_behind() -> int:
    """How many rows are under a key before the present one."""
    return SearchEntry.objects.filter(epoch__lt=epochs(KEY).current).count()


def read_waiting(kind: str, row_ids: Sequence[uuid.UUID]) -> int:
    """Read those of these rows now that wait for it; how many did. Safe to run twice.

    What erasure took away meanwhile does not come back: entries are changed, never made.
    """
    with transaction.atomic():
        waiting = SearchEntry.objects.filter(kind=kind, row_id__in=list(row_ids), epoch=WAITING)
        return _move(list(waiting.select_for_update().only("pk", "kind", "row_id").order_by("pk")))


def rows_of_older(kind: str = "") -> int:
    """How many rows an older version made, and what a document holds by now is not in them yet; `kind` limits them."""
    rows = SearchEntry.objects.filter(epoch=WAITING)
    return (rows.filter(kind=kind) if kind else rows).count()


def re_index(progress: Callable[[int], None], go_on: Callable[[], bool]) -> int:
    """Batch by batch as long as `go_on`; returns how many moved. Safe to interrupt and to repeat.

    Rows that cannot be opened (their person is erased) are taken out.
    """
    moved, last = 0, 0
    while go_on():
        with transaction.atomic():
            batch = _locked(last)
            if not batch:
                break
            moved += _move(batch)
        last = batch[-1].pk
        progress(moved)
    return moved


def _locked(after: int) -> list[SearchEntry]:
    behind = SearchEntry.objects.filter(epoch__lt=epochs(KEY).current, pk__gt=after)
    rows = behind.select_for_update(skip_locked=True).only("pk", "kind", "row_id")
    return _affordable(list(rows.order_by("pk")[:_BATCH]))


def _affordable(rows: list[SearchEntry]) -> list[SearchEntry]:
    """Up to the few that take long: what is locked should not be for minutes."""
    dear = [number for number, row in enumerate(rows) if sources.is_unhurried(row.kind)]
    return rows[: dear[_MOST_DEAR - 1] + 1] if len(dear) > _MOST_DEAR else rows


def _move(batch: Sequence[SearchEntry]) -> int:
    keys = epochs(KEY)
    documents = _documents(batch)
    kept = [(entry, documents.get((entry.kind, entry.row_id))) for entry in batch]
    changes = [
        (document_tokens(doc, keys), keys.current, doc.person_id, doc.at, entry.pk)
        for entry, doc in kept
        if doc is not None
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_CHANGE, changes)
    SearchEntry.objects.filter(pk__in=[entry.pk for entry, doc in kept if doc is None]).delete()
    return len(batch)


def _documents(batch: Sequence[SearchEntry]) -> dict[tuple[str, uuid.UUID], Document]:
    by_kind: dict[str, list[uuid.UUID]] = defaultdict(list)
    for entry in batch:
        by_kind[entry.kind].append(entry.row_id)
    found = (
        document
        for kind, row_ids in by_kind.items()
        if kind in sources.kinds()
        for document in sources.source(kind).documents(row_ids)
    )
    return {(document.kind, document.row_id): document for document in found}
