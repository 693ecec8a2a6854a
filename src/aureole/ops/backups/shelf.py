"""The folder an operator keeps backups in: what is there, and which key stores must go."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused

_MANIFEST = "manifest.json"
_DOOMED = ".aureole-expired-"


@dataclass(frozen=True, kw_only=True)
class OnShelf:
    """A backup, or the one part of it that is kept here. `keys` is None where they are kept elsewhere."""

    folder: Path
    backup: str
    made_at: str
    data: bool
    keys: Path | None
    delete_on: str | None

    @property
    def is_due(self) -> bool:
        return (
            self.keys is not None
            and bool(self.delete_on)
            and date.fromisoformat(str(self.delete_on)) <= now().date()
        )

    @property
    def keys_word(self) -> str:
        if self.keys is None:
            return "not here"
        return "DUE: run `aureole backup expire`" if self.is_due else "here"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "due": self.is_due}


def backups_in(root: Path) -> list[OnShelf]:
    """Oldest first. A folder that is no backup is passed over. Raises Refused when `root` cannot be read."""
    try:
        folders = sorted(path for path in root.iterdir() if path.is_dir())
    except OSError as trouble:
        raise Refused(
            "backup_shelf", f"{root} cannot be read ({trouble.strerror}). Nothing was changed."
        ) from trouble
    found = [one for folder in folders if (one := _read(folder)) is not None]
    return sorted(found, key=lambda one: one.made_at)


def _read(folder: Path) -> OnShelf | None:
    """A backup with both parts, or one part alone under any name."""
    data, keys = _payload(folder / "data"), _payload(folder / "keys")
    alone = _payload(folder)
    if alone is not None:
        data, keys = (alone, None) if alone.get("part") == "data" else (None, alone)
    any_part = data or keys
    if any_part is None:
        return None
    where = folder if alone is not None else folder / "keys"
    return OnShelf(
        folder=folder, backup=str(any_part["backup"]), made_at=str(any_part["made_at"]), data=data is not None,
        keys=where if keys else None, delete_on=keys["delete_on"] if keys else None,
    )  # fmt: skip


def _payload(folder: Path) -> dict[str, Any] | None:
    try:
        payload: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))["payload"]
        return payload if {"backup", "made_at", "part"} <= payload.keys() else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def expire_keys(root: Path) -> list[Path]:
    """Delete every key store whose day has come; returns which.

    Each is renamed first, so that half of one is never taken for a key store; what a crash left goes next time.
    """
    gone = []
    for one in backups_in(root):
        if one.is_due and one.keys is not None:
            one.keys.rename(one.keys.with_name(f"{_DOOMED}{one.keys.name}"))
            gone.append(one.keys)
    for pattern in (f"{_DOOMED}*", f"*/{_DOOMED}*"):
        for doomed in list(root.glob(pattern)):
            shutil.rmtree(doomed)
    return gone
