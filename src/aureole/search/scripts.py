"""Which characters make up words, in any script, as pieces of regular expressions."""

from __future__ import annotations

import unicodedata
from functools import cache

# Written without spaces between words: indexed as pairs of characters (kana, ideographs, Hangul with
# its attached particles, Thai, Lao, Burmese, Khmer).
UNSPACED = (
    "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\uac00-\ud7a3\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u1000-\u103f\u1780-\u17d3"
)
# Invisible inside words: soft hyphen, zero-width characters, direction marks. They hide words from a search.
INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_LAST_MARK = 0x1F000


def _marks() -> str:
    """Combining marks (accents, vowel signs): part of a word, though Python's \\w leaves them out."""
    ranges: list[list[int]] = []
    for code in range(0x300, _LAST_MARK):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@cache
def word() -> str:
    """A word of a script with spaces."""
    letter = rf"[^\W_{UNSPACED}]"
    return rf"{letter}+(?:[{_marks()}{INVISIBLE}]+{letter}*)*"
