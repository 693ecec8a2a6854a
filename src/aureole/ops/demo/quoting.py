"""The author's own new words of a sample message; the channel does this for real mail."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"^(>|-{4,} ?\S)")


def own_words(text: str) -> str | None:
    """What stands above the first quoted line; None when nothing is quoted."""
    own: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            return "\n".join(own).strip()
        own.append(line)
    return None
