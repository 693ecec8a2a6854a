"""Content-Type and Content-Disposition with their parameters (RFC 2045, RFC 2231, and what is really sent)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message

from aureole.channels.email.mime.charsets import decode
from aureole.channels.email.mime.words import decode_words

_LONGEST = 16_000
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.A)
_LOOSE = re.compile(r"""([\w*-]+)\s*=\s*("[^"]*"?|[^;]*)""")


@dataclass(frozen=True, slots=True)
class Field:
    """A structured header: its value in lower case and its parameters, decoded."""

    value: str
    params: dict[str, str] = field(default_factory=dict)


def content_type(value: str | None, default: str = "text/plain") -> Field:
    """Type and parameters; what is no type at all counts as `default` (RFC 2045 §5.2)."""
    if value is None:
        return Field(default)
    found = _TYPE.match(value.strip())
    return Field(found.group(0).lower() if found else default, _params(value))


def disposition(value: str | None) -> Field:
    """ "attachment", "inline" or "" with its parameters."""
    if value is None:
        return Field("")
    word = value.partition(";")[0].strip().lower()
    return Field(word if word in ("attachment", "inline") else "", _params(value))


def _params(value: str) -> dict[str, str]:
    text = value[:_LONGEST]
    if "=" not in text:
        return {}
    message = Message()
    message.set_raw("content-type", text if ";" in text else "x/x; " + text)
    try:
        listed = message.get_params(failobj=[], unquote=True)
    except (ValueError, TypeError, IndexError, LookupError):  # malformed RFC 2231 numbering
        listed = [(m.group(1), m.group(2).strip('" ')) for m in _LOOSE.finditer(text)]
    params: dict[str, str] = {}
    for name, raw in listed[:100]:
        params.setdefault(name.strip().lower().rstrip("*"), _text(raw))
    return params


def _text(raw: str | tuple[str | None, str | None, str]) -> str:
    """A plain parameter may hold encoded words, which RFC 2047 forbids and everyone sends."""
    if isinstance(raw, str):
        return decode_words(raw).strip()
    charset, _, text = raw
    data = (
        text.encode("latin-1", "replace")
        if all(ord(c) < 256 for c in text)
        else text.encode("utf-8", "replace")
    )
    return decode(data, charset or "")[0].strip()
