"""The whole index again from what it indexes: after a restore, with a new key, or when in doubt."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import cast

from django.db import transaction

from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import await_reading, hold_still, index_documents, remove_documents
from aureole.search.models import SearchEntry
from aureole.search.sources import SearchSource, UnhurriedSource
from aureole.vault.fenced import fenced_among

_BATCH = 200
_BEFORE_ALL = uuid.UUID(int=0)
_AFTER_ALL = uuid.UUID(int=(1 << 128) - 1)


def rebuild(progress: Callable[[int], None]) -> int:
    """Index every row of every source again and drop entries of rows that are gone; returns rows indexed.

    Search keeps working meanwhile. Rows that cannot be opened (their person is erased) stay out.
    Safe to interrupt and to repeat. `progress` gets the number of rows done so far.
    """
    done = 0
    for kind in sources.kinds():
        for count in _rebuild_kind(sources.source(kind)):
            done += count
            progress(done)
    return done


def _rebuild_kind(source: SearchSource) -> Iterator[int]:
    previous = _BEFORE_ALL
    for row_ids in _batches(source.all_row_ids()):
        indexed = _index(source, row_ids)
        _drop_strays(source, previous, row_ids[-1], indexed)
        previous = row_ids[-1]
        yield len(indexed)
    _drop_strays(source, previous, _AFTER_ALL, set())


def _batches(row_ids: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    remaining = iter(row_ids)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _index(source: SearchSource, row_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """What an erasure removed must not come back from an older reading. `remove_person` takes the same lock.
    An erasure that only deletes rows fences the person before its last pass over them: if the fence stands
    after the commit, what was put back is taken out here; if not, that pass is still to come."""
    with transaction.atomic():
        hold_still()
        documents = _written(source, row_ids)
    fenced = fenced_among(document.person_id for document in documents)
    if fenced:
        SearchEntry.objects.filter(person_id__in=fenced).delete()
    return {document.row_id for document in documents if document.person_id not in fenced}


def _written(source: SearchSource, row_ids: Sequence[uuid.UUID]) -> list[Document]:
    if sources.is_unhurried(source.kind):
        waiting = list(cast(UnhurriedSource, source).awaiting(row_ids))
        await_reading(waiting)
        return waiting
    documents = list(source.documents(row_ids))
    index_documents(documents)
    return documents


def count_rows() -> int:
    """How many rows a rebuild will look at."""
    return sum(1 for kind in sources.kinds() for _ in sources.source(kind).all_row_ids())


def _drop_strays(source: SearchSource, after: uuid.UUID, up_to: uuid.UUID, indexed: set[uuid.UUID]) -> None:
    """Entries the source did not name: it is asked again, for a row may be newer than its list."""
    entries = SearchEntry.objects.filter(kind=source.kind, row_id__gt=after, row_id__lte=up_to)
    strays = set(entries.values_list("row_id", flat=True)) - indexed
    for batch in _batches(sorted(strays)):
        alive = _index(source, batch)
        remove_documents(source.kind, set(batch) - alive)
