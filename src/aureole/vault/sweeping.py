"""Takes away what lies in the file store and belongs to no row: after a rollback, or a process that was killed.

A name goes only when three things hold: it is older than the grace period by the store's own clock, no running
transaction is sealing it (`being_sealed`), and, asked after that, no committed row carries it. The lock makes it
safe, whatever the clocks say; the grace period spares young files the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.db import transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.vault.being_sealed import is_over
from aureole.vault.models import SealedFile
from aureole.vault.store import FileStore, Stored, file_store

GRACE = timedelta(hours=24)
_BATCH = 500
_FEW = 20  # so few are always swept; more only while they are the smaller part
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """`orphans` and `unfinished` went (or would, in a dry run); `bytes` is the size of the orphans."""

    looked_at: int
    orphans: int
    bytes: int
    unfinished: int
    dry_run: bool


def sweep_files(
    *,
    dry_run: bool = False,
    force: bool = False,
    grace: timedelta = GRACE,
    progress: Progress | None = None,
) -> Sweep:
    """Delete ciphertexts without a row and writes that never ended. Safe while files are sealed, and to repeat.

    Raises Refused, having deleted nothing, when most of the store would go: then the store or the database is
    another instance's. `force` says that it is not.
    """
    store, before = file_store(), now() - grace
    looked_at, orphans = 0, []
    for batch in _batches(store.stored()):
        looked_at += len(batch)
        orphans += _without_row([one for one in batch if one.modified < before])
        if progress:
            progress(looked_at, looked_at)
    if len(orphans) > max(_FEW, looked_at // 2) and not force:
        raise Refused(
            "sweep_too_much",
            f"{len(orphans)} of {looked_at} stored files belong to no row of this database. That looks like the file "
            "store or the database of another instance; nothing was deleted. Check AUREOLE_FILES_URL and "
            "DATABASE_URL; --force sweeps all the same.",
        )
    gone = [
        one
        for done, one in enumerate(orphans)
        if dry_run or _remove(store, one, progress, done, len(orphans))
    ]
    left = [one for one in store.unfinished() if one.modified < before]
    ended = [one for one in left if dry_run or _discard(store, one)]
    return Sweep(
        looked_at=looked_at, orphans=len(gone), bytes=sum(one.size for one in gone), unfinished=len(ended),
        dry_run=dry_run,
    )  # fmt: skip


def _remove(store: FileStore, one: Stored, progress: Progress | None, done: int, of: int) -> bool:
    """Under the lock of the name: between the last look and the deletion nobody can start to need it."""
    with transaction.atomic():
        if not is_over(one.name) or not _without_row([one]):
            return False
        store.delete(one.name)
    if progress:
        progress(done + 1, of)
    return True


def _discard(store: FileStore, one: Stored) -> bool:
    with transaction.atomic():
        if not is_over(one.name):
            return False
        store.discard_unfinished(one.name)
    return True


def _without_row(found: list[Stored]) -> list[Stored]:
    rows = SealedFile.objects.filter(stored_as__in=[one.name for one in found])
    named = set(rows.values_list("stored_as", flat=True)) if found else set()
    return [one for one in found if one.name not in named]


def _batches(found: Iterable[Stored]) -> Iterator[list[Stored]]:
    every = iter(found)
    while batch := list(islice(every, _BATCH)):
        yield batch
