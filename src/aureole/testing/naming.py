"""Whether a text names somebody, told apart from signatures and keys that have the same letters by chance."""

from __future__ import annotations

import re

_LETTERS = "A-Za-z0-9+/=_-"  # of base64, of both alphabets


def named_in(text: str, *names: str) -> list[str]:
    """Those of `names` that stand in `text` and are no part of something longer written in the letters of base64.

    A name of three letters stands in every few hundredth signature. Whoever looks for one as it is, fails now and then.
    """
    return [name for name in names if re.search(f"(?<![{_LETTERS}]){re.escape(name)}(?![{_LETTERS}])", text)]
