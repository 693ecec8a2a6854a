from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from aureole.vault.store.port import Stored

_NAME = re.compile(r"[0-9a-f]{32}\Z")


class FolderStore:
    """A local folder, two levels deep. Written beside, synced, then renamed: never half a file."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, name: str) -> Path:
        if not _NAME.match(name):
            raise ValueError("names in the file store are 32 hexadecimal digits")
        return self._root / name[:2] / name

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        _sync_folder(path.parent)

    def open(self, name: str) -> BinaryIO:
        return self._path(name).open("rb")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def stored(self) -> Iterator[Stored]:
        """A subfolder at a time, so that memory does not grow with their number."""
        for folder in sorted(self._root.glob("??")):
            for path in sorted(folder.iterdir()):
                try:
                    if _NAME.match(path.name):
                        yield _stored(path.name, path.stat())
                except FileNotFoundError:
                    continue  # deleted while we looked

    def names(self) -> Iterator[str]:
        return (one.name for one in self.stored())

    def exists(self, name: str) -> bool:
        return self._path(name).exists()


def _stored(name: str, found: os.stat_result) -> Stored:
    return Stored(name=name, size=found.st_size, modified=datetime.fromtimestamp(found.st_mtime, UTC))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
