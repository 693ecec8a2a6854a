"""A dump as text, for whoever looks for words in it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from aureole.kernel.errors import Broken
from aureole.ops.embedded.binaries import find_binaries

_MAGIC = b"PGDMP"


def unpacked(path: Path) -> AbstractContextManager[BinaryIO] | None:
    """The rows of a dump as pg_restore writes them; None for a file that is none."""
    with path.open("rb") as file:
        return _rows(path) if file.read(len(_MAGIC)) == _MAGIC else None


@contextmanager
def _rows(path: Path) -> Iterator[BinaryIO]:
    """Raises Broken for a damaged dump: what could not be searched must not pass for searched."""
    command = [find_binaries().program("pg_restore"), "--data-only", "--file=-", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None, "it was asked for"
        yield cast(BinaryIO, process.stdout)
        process.stdout.read()
    if process.returncode:
        raise Broken("backup_dump_unreadable", f"{path.name} cannot be unpacked, so it was not searched.")
