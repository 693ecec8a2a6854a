from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an operator asked a restore for.

    data, keys  folders of a backup's parts; None: today's stay
    fences      a folder with a fence list, for keys that come back
    accept      the reason for restoring keys without a current fence list
    write_off   go on although some data has no key any more
    """

    data: Path | None
    keys: Path | None
    fences: Path | None
    accept: str | None
    write_off: bool = False
