"""Header values to text: raw 8-bit, RFC 2047 encoded words, and their many misspellings."""

from __future__ import annotations

import re
import unicodedata

from aureole.channels.email.mime.charsets import decode
from aureole.channels.email.mime.transfer import from_base64_piece

_STRICT = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
# Question marks inside a word are forbidden and seen; looked for only in short values, where backtracking is cheap.
_LENIENT = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^?]|\?(?!=))*)\?=")
_SHORT = 2000
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_SPACE = re.compile(r"\s+")
# Marks that turn the reading direction of what follows: in one line they only serve to deceive.
_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def clean_line(text: str, length: int = 1000) -> str:
    """One line that can be stored and shown: no controls, lone surrogates or direction marks."""
    line = _SPACE.sub(" ", text[: length * 4])
    kept = (c for c in line if c not in _DIRECTION and unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()[:length].strip()


def header_text(value: bytes, charset: str = "") -> str:
    """The value as text, encoded words still encoded. 8-bit bytes: UTF-8, else the body's charset, else a guess."""
    if value.isascii():
        return value.decode("ascii")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return decode(value, charset)[0]


def decode_words(text: str) -> str:
    """Encoded words decoded; neighbours of one charset are joined first, so split characters come whole."""
    if "=?" not in text:
        return text
    pattern = _LENIENT if len(text) <= _SHORT else _STRICT
    pieces: list[str] = []
    pending: list[tuple[str, bytes]] = []
    position = 0
    for found in pattern.finditer(text):
        between = text[position : found.start()]
        if between.strip() or not pending:
            pieces += [_joined(pending), between]
            pending = []
        pending.append(_word(found.group(1), found.group(2), found.group(3)))
        position = found.end()
    return "".join([*pieces, _joined(pending), text[position:]])


def _word(charset: str, encoding: str, text: str) -> tuple[str, bytes]:
    label = charset.partition("*")[0].lower()
    data = text.encode("utf-8", "surrogatepass")
    if encoding in "bB":
        return label, from_base64_piece(data)
    return label, _QUOTED.sub(lambda m: bytes([int(m.group(1), 16)]), data.replace(b"_", b" "))


def _joined(words: list[tuple[str, bytes]]) -> str:
    texts: list[str] = []
    while words:
        label = words[0][0]
        same = 0
        while same < len(words) and words[same][0] == label:
            same += 1
        texts.append(decode(b"".join(data for _, data in words[:same]), label)[0])
        words = words[same:]
    return "".join(texts)
