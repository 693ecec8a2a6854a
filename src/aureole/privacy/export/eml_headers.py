"""Header lines of e-mail files (RFC 5322, 2047, 2231), written directly.

The standard library parses each value again when it is set and folds it with a tree of tokens, which took
three quarters of an export. Here every value is one line of known words first, so that nothing can begin
a header of its own; what is plain ASCII is written as it is, and all else as encoded words.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.headerregistry import Address
from urllib.parse import quote

from aureole.kernel.text import one_line
from aureole.privacy.export.ports import Party

FOLD = "\r\n "
_WIDTH = 76
_WORD_BYTES = 45  # 60 characters of base64, so that an encoded word stays under 75 (RFC 2047 §2)
_LONGEST_NAME = 60
_LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+"
_DOT_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\Z")
_ATOMS = re.compile(rf"{_ATOM}(?: {_ATOM})*\Z")


def header_line(name: str, value: str) -> str:
    """A line of plain words, folded."""
    return f"{name}: {_words(one_line(value), len(name) + 2)}\r\n"


def address_line(name: str, parties: Iterable[Party]) -> str:
    """A line of addresses, one below the other."""
    return f"{name}: {f',{FOLD}'.join(map(_party, parties))}\r\n"


def parameter(name: str, value: str) -> str:
    """A parameter of a MIME header on lines of its own, with the semicolon before it."""
    value = one_line(value)
    if _is_plain(value) and len(value) <= _LONGEST_NAME:
        return f";{FOLD}{name}={_quoted(value)}"
    coded = f"utf-8''{quote(value.encode('utf-8', 'replace'), safe='')}"
    if len(coded) <= _LONGEST_NAME:
        return f";{FOLD}{name}*={coded}"
    pieces = re.findall(rf"(?:%..|[^%]){{1,{_LONGEST_NAME // 3}}}", coded)
    return "".join(f";{FOLD}{name}*{number}*={piece}" for number, piece in enumerate(pieces))


def _words(text: str, column: int) -> str:
    """Plain words folded between words; encoded when they are not plain or one is too long for a line."""
    if not _is_plain(text):
        return _encoded(text)
    if column + len(text) <= _WIDTH:
        return text
    lines = [""]
    for word in text.split(" "):
        if len(word) >= _WIDTH - column:
            return _encoded(text)
        if len(lines[-1]) + len(word) >= _WIDTH - column:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return FOLD.join(lines)


def _party(party: Party) -> str:
    """What is no address becomes words: a header survives whatever was recorded."""
    name, address = one_line(party.name), one_line(party.address)
    if not _is_address(address):
        return f"{_name(f'{name} {address}'.strip() or 'unknown')} <>"
    return f"{_name(name)}{_gap(name, address)}<{address}>" if name else address


def _gap(name: str, address: str) -> str:
    return FOLD if len(name) + len(address) > _LONGEST_NAME else " "


def _is_address(text: str) -> bool:
    if not _is_plain(text) or len(text) > _LONGEST_ADDRESS:
        return False
    return bool(_DOT_ADDRESS.match(text)) or _has_quoted_local_part(text)


def _has_quoted_local_part(text: str) -> bool:
    """The rare rest, for the parser of the standard library to say."""
    try:
        return text.startswith('"') and bool(Address(addr_spec=text).domain)
    except (MessageError, ValueError, IndexError, AttributeError):  # it raises all of these on odd ones
        return False


def _name(name: str) -> str:
    if not _is_plain(name) or len(name) > _LONGEST_NAME:
        return _encoded(name)
    return name if _ATOMS.match(name) else _quoted(name)


def _is_plain(text: str) -> bool:
    """Whether it reads back as it is written: ASCII, and nothing that looks like an encoded word."""
    return text.isascii() and text.isprintable() and "=?" not in text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded(text: str) -> str:
    return FOLD.join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> Iterator[bytes]:
    """Each whole characters: a reader decodes encoded words one by one (RFC 2047 §5)."""
    piece = b""
    for character in text:
        more = character.encode("utf-8", "replace")
        if len(piece) + len(more) > _WORD_BYTES:
            yield piece
            piece = b""
        piece += more
    yield piece
