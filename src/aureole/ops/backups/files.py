"""Sealed files: back into the store from a backup, and out of it when no row names them any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from aureole.ops.backups.lost import only_in_first
from aureole.ops.backups.sums import pieces
from aureole.ops.schema import connect
from aureole.vault.store import file_store
from config.addresses import DatabaseAddress

Progress = Callable[[str, int, int | None], None]


def bring_back(folder: Path, progress: Progress) -> int:
    """Every file of the backup that the store lacks, or holds otherwise; returns how many were written."""
    written = 0
    for done, path in enumerate(sorted(folder.glob("??/*")), start=1):
        if not _holds(path):
            file_store().delete(path.name)  # a store may refuse to write over what it has
            with path.open("rb") as file:
                file_store().write(path.name, pieces(file))
            written += 1
        progress("Files", done, None)
    return written


def _holds(path: Path) -> bool:
    """Byte by byte: a damaged file is what one restores for."""
    try:
        with file_store().open(path.name) as stored, path.open("rb") as file:
            return all(piece == stored.read(len(piece)) for piece in pieces(file)) and not stored.read(1)
    except FileNotFoundError:
        return False


def sweep(data: DatabaseAddress, progress: Progress) -> int:
    """Delete files no row names: they belonged to what the restore replaced. Returns how many."""
    gone = 0
    for name in only_in_first(iter(sorted(file_store().names())), _named(data)):
        file_store().delete(name)
        gone += 1
        progress("Sweeping files", gone, None)
    return gone


def _named(data: DatabaseAddress) -> Iterator[str]:
    query = (
        'SELECT stored_as FROM vault_sealed_file WHERE stored_as IS NOT NULL ORDER BY stored_as COLLATE "C"'
    )
    with connect(data) as session, session.transaction(), session.cursor(name="files") as cursor:
        cursor.execute(query)
        for row in cursor:
            yield str(row[0])
