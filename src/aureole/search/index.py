"""Writing the index: in the transaction of the change itself, so a hit is current at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import islice

from django.db import connection, transaction

from aureole.kernel.gathering import Gathering
from aureole.kernel.inserting import insert_rows
from aureole.search.document import Document
from aureole.search.models import SearchEntry
from aureole.search.tokens import KEY, document_tokens
from aureole.vault.epochs import Epochs, epochs

_BATCH = 500
_REPLACE = """
    ON CONFLICT (kind, row_id) DO UPDATE
    SET person_id = EXCLUDED.person_id, at = EXCLUDED.at, tokens = EXCLUDED.tokens, epoch = EXCLUDED.epoch
"""
_WAIT = """
    ON CONFLICT (kind, row_id) DO UPDATE SET person_id = EXCLUDED.person_id, at = EXCLUDED.at, epoch = EXCLUDED.epoch
"""
WAITING = 0  # an epoch before any: what stands under it is read anew
_STILL = 0x5EA4C4  # number of the advisory lock between erasing and rebuilding


def index_documents(documents: Sequence[Document]) -> None:
    """Add or replace, one statement per 500 documents. Of two for the same row the last one counts."""
    _documents.add(documents)


def gathered() -> AbstractContextManager[None]:
    """Write what a block adds together at its end; nothing when the block fails."""
    return _documents.block()


def await_reading(documents: Sequence[Document]) -> None:
    """Rows whose words take long to read: noted now, read by the worker (`re_index.read_waiting`). Words an earlier
    reading left stay until then."""
    rows = [
        SearchEntry(kind=d.kind, row_id=d.row_id, person_id=d.person_id, at=d.at, tokens=[], epoch=WAITING)
        for d in documents
    ]
    insert_rows(rows, on_conflict=_WAIT)


def _write(documents: Sequence[Document]) -> None:
    latest = {(document.kind, document.row_id): document for document in documents}
    remaining = iter(latest.values())
    while batch := list(islice(remaining, _BATCH)):
        keys = epochs(KEY)
        insert_rows([_entry(document, keys) for document in batch], on_conflict=_REPLACE)


_documents: Gathering[Document] = Gathering(_write)


def _entry(document: Document, keys: Epochs) -> SearchEntry:
    return SearchEntry(
        kind=document.kind,
        row_id=document.row_id,
        person_id=document.person_id,
        at=document.at,
        tokens=document_tokens(document, keys),
        epoch=keys.current,
    )


def remove_documents(kind: str, row_ids: Iterable[uuid.UUID]) -> int:
    """Take rows out; returns how many were in."""
    return SearchEntry.objects.filter(kind=kind, row_id__in=list(row_ids)).delete()[0]


def remove_person(person_id: uuid.UUID) -> int:
    """Take everything of a person out; returns how many rows were in. Repeatable.

    Call it in the transaction that deletes or seals off the rows themselves, or once more after it:
    a rebuild between the two would read them again.
    """
    with transaction.atomic():
        hold_still()
        return SearchEntry.objects.filter(person_id=person_id).delete()[0]


def hold_still() -> None:
    """Erasing and a batch of the rebuild wait for each other, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_STILL])
