"""A copy of the fence list in a folder: `list.jsonl`, one line per line, and `images/`, one file each.

Written beside the databases at every erasure and synced before a key is destroyed, so that the list is there
when the databases are not.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from aureole.kernel.errors import Refused
from aureole.vault.fences.lines import Image, Line, read_line, refuse_gaps

_TAIL = 4096
_OF_A_BACKUP = "OF-A-BACKUP"


class ImageOf(Protocol):
    def __call__(self, line: Line) -> Image | None:
        """The image of a line, None when it was taken away."""
        ...


class FenceFolder:
    """One copy. Several processes may write it; a lock file lets one at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._list = root / "list.jsonl"

    def exists(self) -> bool:
        return self._list.is_file()

    @property
    def is_of_a_backup(self) -> bool:
        """A copy that was made with a backup, wherever it was put since: it proves nothing about later erasures."""
        return (self.root / _OF_A_BACKUP).exists()

    def mark_as_of_a_backup(self) -> None:
        (self.root / _OF_A_BACKUP).write_text("This list ends when the backup was made.\n")

    def last(self) -> Line | None:
        """The last whole line. Raises Refused when the folder cannot be read or its end is no line."""
        try:
            with self._list.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                whole, _, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return None
        except OSError as trouble:
            raise _unreadable(self.root, trouble) from trouble
        text = whole.rpartition(b"\n")[2]
        return read_line(text) if text else None

    def lines(self) -> Iterator[Line]:
        """All lines, checked for gaps; an unfinished one at the end (a crash while writing) does not count."""
        try:
            with self._list.open("rb") as file:
                refuse_gaps(self._read(file))
                file.seek(0)
                yield from self._read(file)
        except OSError as trouble:
            raise _unreadable(self.root, trouble) from trouble

    @staticmethod
    def _read(file: Iterable[bytes]) -> Iterator[Line]:
        for text in file:
            if text.endswith(b"\n"):
                yield read_line(text)

    def image(self, line: Line) -> Image | None:
        try:
            found: Image = json.loads(self._image_path(line.uid).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as trouble:
            raise _unreadable(self.root, trouble) from trouble
        return found

    def append(self, lines: Iterable[Line], image_of: ImageOf) -> None:
        """Durable when it returns. Images first, so that a line never names one that is not there.

        Lines that another process wrote meanwhile are left out.
        """
        with self.locked():
            is_new = not self.exists()
            self._cut_unfinished()
            last = self.last()
            images = 0
            with self._open_list(os.O_APPEND) as descriptor:
                for line in lines:
                    if last is not None and line.number <= last.number:
                        continue
                    images += self._write_image(line, image_of)
                    os.write(descriptor, line.as_text().encode())
                os.fsync(descriptor)
            if is_new or images:  # a line more in a file that is known needs no new entry in a folder
                self._sync_folders()

    def rewrite(self, lines: Iterable[Line], image_of: ImageOf) -> None:
        """The whole list anew, in one step."""
        with self.locked():
            fresh = self._list.with_suffix(".fresh")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                for line in lines:
                    self._write_image(line, image_of)
                    file.write(line.as_text().encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._list)
            self._sync_folders()

    def drop_images(self, uids: Iterable[uuid.UUID]) -> None:
        for uid in uids:
            self._image_path(uid).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Raises Refused when the folder cannot be written."""
        try:
            (self.root / "images").mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as trouble:
            raise _unwritable(self.root, trouble) from trouble
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        except OSError as trouble:
            raise _unwritable(self.root, trouble) from trouble
        finally:
            os.close(descriptor)

    def _sync_folders(self) -> None:
        _sync(self.root / "images")
        _sync(self.root)

    @contextmanager
    def _open_list(self, flags: int) -> Iterator[int]:
        descriptor = os.open(self._list, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _cut_unfinished(self) -> None:
        if not self._list.exists():
            return
        with self._list.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            rest = len(file.read().rpartition(b"\n")[2])
            file.truncate(size - rest)

    def _write_image(self, line: Line, image_of: ImageOf) -> bool:
        image = image_of(line) if line.has_image else None
        if image is None:
            return False
        path = self._image_path(line.uid)
        fresh = path.with_suffix(".fresh")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(image, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return True

    def _image_path(self, uid: uuid.UUID) -> Path:
        return self.root / "images" / f"{uid}.json"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(root: Path, trouble: OSError) -> Refused:
    return Refused(
        "fences.unwritable",
        f"The fence list in {root} cannot be written ({trouble.strerror}). No key was destroyed: an erasure "
        "that a restore could undo would be none. Make the folder writable; the erasure then goes on by itself "
        "or when it is asked for again.",
    )


def _unreadable(root: Path, trouble: Exception) -> Refused:
    reason = getattr(trouble, "strerror", None) or type(trouble).__name__
    return Refused(
        "fences.unreadable",
        f"The fence list in {root} cannot be read ({reason}). Nothing was changed. Make it readable.",
    )
