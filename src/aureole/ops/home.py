"""The home folder of an instance: everything it keeps lies in here, closed to every other user."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from aureole.kernel.errors import Refused

FOLDERS = ("secrets", "run", "logs", "files")


def prepare_home(home: Path) -> None:
    """Makes the folders (0700) and the instance's own secrets (0600), each once. Safe to run again.

    Raises Refused when the place cannot be written.
    """
    try:
        for folder in (home, *(home / name for name in FOLDERS)):
            make_private_folder(folder)
    except OSError as trouble:
        raise Refused(
            "home.unusable",
            f"The home folder {home} cannot be made or written ({trouble.strerror}). "
            "Nothing was changed. Set AUREOLE_HOME to a folder this user may write.",
        ) from trouble
    keep_secret(home / "secrets" / "secret_key", lambda: secrets.token_urlsafe(64))


def make_private_folder(folder: Path) -> None:
    """Only a folder made here is closed: one that an operator opened on purpose is left as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return


def keep_secret(path: Path, make: Callable[[], str]) -> str:
    """The text of a secret file; made on the first call. Two processes at once get the same one."""
    if not path.exists():
        make_private_folder(path.parent)
        _write_once(path, make())
    return path.read_text("utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    """A hard link appears whole or not at all, and never replaces a secret that is there already."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
