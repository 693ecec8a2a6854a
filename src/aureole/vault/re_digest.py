"""Identifiers move from the old key of the blind index to the new one.

A digest cannot be read, so the identifier itself is asked for through a port. A row is changed in place, never
inserted: of a person who is erased meanwhile nothing comes back. An identifier that cannot be opened (an
erasure is under way, which takes the row away at its end) keeps its old digest, and the old key its life.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction

from aureole.vault.blind_index import KEY, digest
from aureole.vault.epochs import epochs
from aureole.vault.identifiers import identifiers
from aureole.vault.models import BlindIndexEntry

_BATCH = 500
_BEFORE_ALL = uuid.UUID(int=0)
_CHANGE = "UPDATE vault_blind_index SET digest = %s, epoch = %s WHERE id = %s AND epoch < %s"


def rows_behind() -> int:
    """How many digests are under a key before the present one."""
    return BlindIndexEntry.objects.filter(epoch__lt=epochs(KEY).current).count()


def re_digest(progress: Callable[[int], None], go_on: Callable[[], bool]) -> int:
    """Batch by batch as long as `go_on`; returns how many moved. Safe to interrupt and to repeat."""
    moved, last = 0, _BEFORE_ALL
    while go_on() and (batch := _next(last)):
        moved += _move(batch)
        last = batch[-1].pk
        progress(moved)
    return moved


def _next(after: uuid.UUID) -> list[BlindIndexEntry]:
    behind = BlindIndexEntry.objects.filter(epoch__lt=epochs(KEY).current, pk__gt=after)
    return list(behind.order_by("pk")[:_BATCH])


def _move(batch: Sequence[BlindIndexEntry]) -> int:
    current = epochs(KEY).current
    values = identifiers().compared([entry.row_id for entry in batch])
    with transaction.atomic():
        doubled = _claimed_under_both(batch, current)
        BlindIndexEntry.objects.filter(pk__in=[e.pk for e in batch if e.row_id in doubled]).delete()
        changes = list(_changes(batch, {k: v for k, v in values.items() if k not in doubled}, current))
        with connection.cursor() as cursor:
            cursor.executemany(_CHANGE, changes)
    return len(doubled) + len(changes)


def _claimed_under_both(batch: Sequence[BlindIndexEntry], current: int) -> set[uuid.UUID]:
    """Claimed while the key was being exchanged: the digest under the new key is there already."""
    there = BlindIndexEntry.objects.filter(row_id__in=[e.row_id for e in batch], epoch=current)
    return set(there.values_list("row_id", flat=True))


def _changes(
    batch: Sequence[BlindIndexEntry], values: dict[uuid.UUID, str], current: int
) -> Iterator[tuple[bytes, int, uuid.UUID, int]]:
    for entry in batch:
        if entry.row_id in values:
            yield digest(entry.kind, values[entry.row_id], current), current, entry.pk, current
