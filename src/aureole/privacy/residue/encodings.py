"""The forms a text may take at rest: as it is, and as mail, the web and programs write it."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus

ENCODINGS = (
    "plain", "decomposed", "latin-1", "UTF-16", "quoted-printable", "percent-encoding", "JSON escapes",
    "HTML entities", "hex", "base64", "reversed",
)  # fmt: skip
WHOLE_WORD_UP_TO = 5
# Shorter forms turn up in random bytes by chance; 36 bits and more do not in what we can store.
_SHORTEST_BASE64 = 6
_SHORTEST_HEX = 8
# Shorter ones read backwards are other people's words: "Leon", "Aron", "Anna".
_SHORTEST_REVERSED = 9
_OFFSETS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of a text in bytes.

    exact  letters must have this very case (base64); all other forms are found in any case
    whole  counts only as a whole word: "ann" is not in "planning"
    """

    data: bytes
    encoding: str
    exact: bool = False
    whole: bool = False


def forms(text: str) -> list[Form]:
    """Every form of the text, each byte string once, the plainest name for it first."""
    spelled = _spellings(text)
    every = [
        *_plain(text, spelled),
        *(Form(s.encode(f"utf-16-{order}"), "UTF-16") for s in spelled for order in ("le", "be")),
        *_escaped(spelled),
        *(form for s in spelled for form in _hex(s.encode())),
        *(form for s in spelled for form in _base64(s.encode())),
        *(form for s in spelled for form in _reversed(s)),
    ]
    unique: dict[tuple[bytes, bool], Form] = {}
    for form in every:
        unique.setdefault((form.data if form.exact else form.data.lower(), form.exact), form)
    return [form for form in unique.values() if form.data]


def _spellings(text: str) -> list[str]:
    """The text in the cases people and programs write, composed and decomposed (NFC, NFD)."""
    cased = (text, text.lower(), text.upper(), text.title(), text.casefold())
    both = (unicodedata.normalize(form, c) for c in cased for form in ("NFC", "NFD"))
    return list(dict.fromkeys(both))


def _plain(text: str, spelled: list[str]) -> Iterator[Form]:
    whole = len(text) <= WHOLE_WORD_UP_TO
    for spelling in spelled:
        composed = unicodedata.is_normalized("NFC", spelling)
        yield Form(spelling.encode(), "plain" if composed else "decomposed", whole=whole)
        legacy = _legacy(spelling)
        if legacy is not None:
            yield Form(legacy, "latin-1", whole=whole)


def _legacy(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _escaped(spelled: list[str]) -> Iterator[Form]:
    for text in spelled:
        yield from _quoted_printable(text)
        for written in dict.fromkeys(
            (quote(text, safe=""), quote(text, safe="@"), quote_plus(text), quote_plus(text, safe="@"))
        ):
            yield Form(written.encode(), "percent-encoding")
        yield Form(json.dumps(text)[1:-1].encode(), "JSON escapes")
        yield Form(text.replace("/", "\\/").replace('"', '\\"').encode(), "JSON escapes")
        for written in _entities(text):
            yield Form(written.encode(), "HTML entities")


def _quoted_printable(text: str) -> Iterator[Form]:
    """RFC 2045 §6.7, and the "Q" form of headers (RFC 2047), where a blank is an underscore."""
    for data in (text.encode(), _legacy(text)):
        if data is None:
            continue
        body = re.sub(rb"[^ -<>-~]", lambda m: b"=%02X" % m[0][0], data)
        header = re.sub(rb"[^!-<>-^`-~ ]", lambda m: b"=%02X" % m[0][0], data).replace(b" ", b"_")
        yield Form(body, "quoted-printable")
        yield Form(header, "quoted-printable")
        yield Form(body.replace(b" ", b"=20"), "quoted-printable")
        yield Form(header.replace(b"@", b"=40"), "quoted-printable")


def _entities(text: str) -> Iterator[str]:
    marked = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for base in dict.fromkeys(marked.replace("@", at) for at in ("@", "&#64;", "&#x40;", "&commat;")):
        for quoted in dict.fromkeys((base, base.replace("'", "&#x27;"), base.replace("'", "&#39;"))):
            yield quoted
            if quoted.isascii():
                continue  # each of the others is the same
            yield _each(quoted, lambda c: f"&#{ord(c)};")
            yield _each(quoted, lambda c: f"&#x{ord(c):x};")
            yield _each(quoted, lambda c: f"&{codepoint2name.get(ord(c), f'#{ord(c)}')};")


def _each(text: str, write: object) -> str:
    assert callable(write)
    return "".join(character if character.isascii() else str(write(character)) for character in text)


def _hex(data: bytes) -> Iterator[Form]:
    if len(data) * 2 >= _SHORTEST_HEX:
        yield Form(data.hex().encode(), "hex")


def _reversed(text: str) -> Iterator[Form]:
    if len(text) >= _SHORTEST_REVERSED:
        yield Form(text[::-1].encode(), "reversed")
        yield Form(text.encode()[::-1], "reversed")


def _base64(data: bytes) -> Iterator[Form]:
    """What the text looks like inside base64 wherever it begins: only the characters it decides alone."""
    for offset in _OFFSETS:
        first = -(-offset * 8 // 6)
        end = (offset + len(data)) * 8 // 6
        if end - first < _SHORTEST_BASE64:
            continue
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield Form(encode(bytes(offset) + data)[first:end], "base64", exact=True)
