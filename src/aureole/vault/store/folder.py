from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from aureole.vault.store.names import is_name, refuse_other_names
from aureole.vault.store.port import Stored

_PARTIAL = ".partial"


class FolderStore:
    """A local folder, two levels deep. Written beside, synced, then renamed: never half a file."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, name: str) -> Path:
        refuse_other_names(name)
        return self._root / name[:2] / name

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        path = self._path(name)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(self._root)
        partial = path.with_suffix(_PARTIAL)
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def open(self, name: str) -> BinaryIO:
        return self._path(name).open("rb")

    def read_range(self, name: str, start: int, end: int) -> BinaryIO:
        file = self._path(name).open("rb")
        file.seek(start)
        return io.BufferedReader(_Until(file, end - start))

    def stat(self, name: str) -> Stored:
        return _stored(name, self._path(name).stat())

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def stored(self) -> Iterator[Stored]:
        return (one for one in self._every() if is_name(one.name))

    def names(self) -> Iterator[str]:
        return (one.name for one in self.stored())

    def unfinished(self) -> Iterator[Stored]:
        for one in self._every():
            name = one.name.removesuffix(_PARTIAL)
            if name != one.name and is_name(name):
                yield Stored(name=name, size=one.size, modified=one.modified)

    def discard_unfinished(self, name: str) -> None:
        self._path(name).with_suffix(_PARTIAL).unlink(missing_ok=True)

    def _every(self) -> Iterator[Stored]:
        """All files, a subfolder at a time, so that memory does not grow with their number."""
        for folder in sorted(self._root.glob("??")):
            for path in sorted(folder.iterdir()):
                try:
                    yield _stored(path.name, path.stat())
                except FileNotFoundError:
                    continue  # deleted or renamed while we looked


class _Until(io.RawIOBase):
    """The next `left` bytes of a file, then its end."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file = file
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # `io` gives these two
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _stored(name: str, found: os.stat_result) -> Stored:
    return Stored(name=name, size=found.st_size, modified=datetime.fromtimestamp(found.st_mtime, UTC))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
