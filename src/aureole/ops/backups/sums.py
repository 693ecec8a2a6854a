"""SHA256SUMS: written while files are, checked before anything is restored. Flat memory, however many files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from aureole.kernel.errors import Refused
from aureole.ops.backups.manifest import NAME, SUMS

PIECE = 1024 * 1024


def pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in pieces(file):
            digest.update(piece)
    return digest.hexdigest()


def write_sums(folder: Path) -> tuple[str, int, int]:
    """Writes SHA256SUMS over every file below; returns its own hash, the number of files and of bytes."""
    files = size = 0
    with (folder / SUMS).open("w", encoding="utf-8") as sums:
        for path in _files(folder):
            sums.write(f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n")
            files, size = files + 1, size + path.stat().st_size
    return sha256_of(folder / SUMS), files, size


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _files(path)
        elif path.name not in (NAME, SUMS):
            yield path


def check_sums(folder: Path, expected: str, progress: Callable[[int], None] = lambda _: None) -> None:
    """Raises Refused for the first file that is missing or was changed."""
    try:
        if sha256_of(folder / SUMS) != expected:
            raise _damaged(folder, SUMS)
        with (folder / SUMS).open(encoding="utf-8") as sums:
            for number, line in enumerate(sums, start=1):
                digest, _, name = line.rstrip("\n").partition("  ")
                if sha256_of(folder / name) != digest:
                    raise _damaged(folder, name)
                progress(number)
    except OSError as trouble:
        raise _damaged(folder, Path(trouble.filename or SUMS).name) from None


def _damaged(folder: Path, name: str) -> Refused:
    return Refused(
        "backup_damaged",
        f"The backup in {folder} is damaged: {name} is missing or not as it was written. Nothing was restored. "
        "Use another copy of it.",
    )
