"""Words of a mail kept as a file: its headers, its texts, and the files in it."""

from __future__ import annotations

import email
import email.header
import email.policy
from collections.abc import Callable
from email.message import Message

from aureole.kernel.reading_files.kinds import FileWords, Unread, decoded

_MOST_PARTS = 100


def mail_words(content: bytes, read: Callable[[str, bytes], FileWords]) -> FileWords:
    """read: reads a part that is a file of its own."""
    pieces, unread = [], ""
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if number == _MOST_PARTS:
            unread = Unread.LONG
            break
        pieces += [f"{name}: {_header(str(value))}" for name, value in part.items()]
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            words = read(part.get_content_type(), _as_utf8(part, payload))
            pieces.append(words.text)
            unread = unread or (Unread.NESTED if words.unread else "")
    return FileWords("\n".join(pieces), unread)


def _header(value: str) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (ValueError, LookupError):
        return value


def _as_utf8(part: Message, payload: bytes) -> bytes:
    charset = part.get_content_charset()
    if part.get_content_maintype() != "text" or not charset:
        return payload
    try:
        return payload.decode(charset).encode()
    except (LookupError, ValueError):
        return (decoded(payload, "text/plain") or "").encode()
