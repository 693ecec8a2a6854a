from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["green", "amber", "red"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check saw. `fix` says what to do; it is empty when all is well."""

    check: str
    level: Level
    sentence: str
    fix: str = ""


def green(check: str, sentence: str) -> Finding:
    return Finding(check=check, level="green", sentence=sentence)


def amber(check: str, sentence: str, fix: str) -> Finding:
    return Finding(check=check, level="amber", sentence=sentence, fix=fix)


def red(check: str, sentence: str, fix: str) -> Finding:
    return Finding(check=check, level="red", sentence=sentence, fix=fix)
