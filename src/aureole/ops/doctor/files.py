"""The file store: something is written, read in part, and deleted again."""

from __future__ import annotations

import os
from collections.abc import Iterator

from aureole.kernel.errors import AureoleError
from aureole.ops.doctor.finding import Finding, green, red

_PROBE = b"aureole doctor was here"


def checks() -> Iterator[Finding]:
    yield _store()


def _store() -> Finding:
    from aureole.vault.store import file_store

    name = os.urandom(16).hex()
    try:
        store = file_store()
        try:
            store.write(name, [_PROBE])
            with store.read_range(name, 8, len(_PROBE)) as part:
                read = part.read()
        finally:
            store.delete(name)
    except AureoleError as trouble:
        return red("file store", trouble.sentence, "Check AUREOLE_FILES_URL, its credentials and the server.")
    except OSError as trouble:
        return red(
            "file store",
            f"It cannot be written ({trouble.strerror}).",
            "Give its folder to this user, or make room.",
        )
    if read != _PROBE[8:]:
        return red(
            "file store", "It does not give back what was written.", "Move the files to a store that does."
        )
    return green("file store", "takes, returns and deletes")
