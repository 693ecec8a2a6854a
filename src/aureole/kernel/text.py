"""Text without surprises: folding for comparison, excerpts for lists."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")


class _Invisible(dict[int, int | None]):
    """For str.translate: format characters (zero-width joiners, direction marks) and controls go, but for
    tab and newlines. Learns each character when it is first met; a table of all would cost 0.2 s at start."""

    def __missing__(self, code: int) -> int | None:
        goes = unicodedata.category(chr(code)) in ("Cf", "Cc") and chr(code) not in "\t\n\r"
        self[code] = None if goes else code
        return self[code]


_INVISIBLE = _Invisible()


def fold(text: str) -> str:
    """Lower case without accents: two spellings of one word become equal (NFKD, casefold)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def one_line(text: str) -> str:
    """Runs of white space become one blank; invisible characters go."""
    return _SPACE.sub(" ", text.translate(_INVISIBLE)).strip()


def storable(text: str) -> str:
    """Text PostgreSQL and UTF-8 can hold: no NUL, no lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def excerpt(text: str, length: int = 140) -> str:
    """The first `length` characters on one line, cut at a word where possible."""
    line = one_line(text)
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut) + "…"
