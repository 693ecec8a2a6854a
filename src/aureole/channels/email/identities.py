"""Keyed digests of what identifies a mail. Never a plain hash: a Message-ID or a short mail can be guessed."""

from __future__ import annotations

import hashlib
import hmac
import re

from aureole.vault.system_keys import system_key

_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?<?[ \t]*([^<>\r\n]{1,900})", re.I | re.M)
_HEAD = 64 * 1024
_SHORT = 16


def mail_identity(raw: bytes, mailbox: str) -> bytes:
    """32 bytes over mailbox, Message-ID and content: the same for the same mail in the same mailbox only."""
    found = _MESSAGE_ID.search(raw[:_HEAD])
    message_id = found.group(1).strip() if found else b""
    content = hashlib.sha256(raw).digest()
    parts = b"\x00".join((mailbox.casefold().encode(), message_id, content))
    return hmac.digest(system_key("mail identity"), parts, hashlib.sha256)


def message_id_digest(message_id: str) -> bytes:
    """16 bytes to find a message by its Message-ID (without brackets)."""
    text = message_id.strip("<> \t").encode("utf-8", "replace")
    return hmac.digest(system_key("mail identity"), b"message-id\x00" + text, hashlib.sha256)[:_SHORT]
