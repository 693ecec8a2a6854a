"""Who uses the server now, told by file locks: they vanish with their process, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def start_lock(path: Path) -> Iterator[None]:
    """One process at a time starts or stops the server; the others wait here."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Membership:
    """One user of the server. Child processes given `descriptor` keep the membership alive with them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.descriptor = _open(path)
        fcntl.flock(self.descriptor, fcntl.LOCK_SH)

    def end(self) -> bool:
        """True when nobody else is left. Call it under the start lock, so that nobody joins meanwhile."""
        os.close(self.descriptor)
        return not is_held(self._path)


def is_held(path: Path) -> bool:
    """Whether any process holds a lock on this file."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
