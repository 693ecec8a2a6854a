"""Content-Transfer-Encoding, undone as far as the bytes allow (RFC 2045 §6)."""

from __future__ import annotations

import binascii
import quopri
import re

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(b for b in range(256) if b not in _BASE64)
_MOST_STREAMS = 1000
_MOST_FILES = 1000
_UU_BEGIN = re.compile(rb"^begin(?:-base64)?[ \t]+[0-7]{3,4}[ \t]+([^\r\n]+)\r?\n", re.M)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.M)
_UUENCODE = {"x-uuencode", "uuencode", "uue", "x-uue"}


def undo(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """The plain bytes, and whether they had to be mended. An unknown encoding is left as it is."""
    name = re.split(r"[\s;,]", encoding.strip().lower().replace("_", "-"))[0]
    if name == "base64":
        return from_base64(body)
    if name in ("quoted-printable", "quotedprintable", "quoted"):
        return quopri.decodestring(body), False
    if name in _UUENCODE:
        files = uuencoded_files(body)
        return (files[0][1], False) if files else (body, True)
    return body, name not in ("", "7bit", "8bit", "binary", "7-bit", "8-bit")


def from_base64(body: bytes) -> tuple[bytes, bool]:
    """Base64 with anything in between; a cut-off end gives what is whole (RFC 2045 §6.8)."""
    if not body.translate(None, _BASE64 + b"=\r\n \t") and _ends_once(body):
        return from_base64_piece(body), False
    pieces = re.split(rb"=+", body, maxsplit=_MOST_STREAMS)
    return b"".join(from_base64_piece(piece) for piece in pieces), True


def _ends_once(body: bytes) -> bool:
    """Padding only at the end: otherwise several streams follow one another."""
    padding = body.find(b"=")
    return padding < 0 or not body[padding:].strip(b"= \t\r\n")


def from_base64_piece(body: bytes) -> bytes:
    digits = body.translate(None, _NOT_BASE64)
    spare = len(digits) % 4
    digits = digits[:-1] if spare == 1 else digits + b"=" * (-len(digits) % 4)
    return binascii.a2b_base64(digits)


def uuencoded_files(body: bytes) -> list[tuple[str, bytes, int, int]]:
    """Files written into a text by uuencode: name, content, where it begins and ends."""
    found: list[tuple[str, bytes, int, int]] = []
    position = 0
    while len(found) < _MOST_FILES and (begin := _UU_BEGIN.search(body, position)):
        end = _UU_END.search(body, begin.end())
        if end is None:
            break
        content = _uudecode(body[begin.end() : end.start()])
        if content is not None:
            name = begin.group(1).decode("utf-8", "replace")
            found.append((name, content, begin.start(), end.end()))
        position = end.end()
    return found


def _uudecode(lines: bytes) -> bytes | None:
    whole = []
    for line in lines.splitlines():
        try:
            whole.append(binascii.a2b_uu(line))
        except binascii.Error:
            mended = _mended_line(line)
            if mended is None:
                return None
            whole.append(mended)
    return b"".join(whole)


def _mended_line(line: bytes) -> bytes | None:
    """Broken encoders send trailing garbage; the first character says how many bytes are meant."""
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:wanted])
    except binascii.Error:
        return None
