"""The signed address in our answers: whoever writes to it, from the person it was made for, joins the ticket.

support+<ticket number>.<MAC>@domain. The MAC is keyed BLAKE2b over ticket and person at its full 160 bits
(RFC 7693 §2.1): a longer one would not fit the 64 characters of a local part (RFC 5321 §4.5.3.1.1).
A cut, empty or changed one, or one made for another ticket or person, is worth nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from aureole.vault.system_keys import system_key

_MAC = 20
_TAG = re.compile(r"(\d{1,12})\.([a-z2-7]{1,64})", re.A)


@dataclass(frozen=True, slots=True)
class ReplyTag:
    """What a reply address claims; worth nothing until `is_signed_for` says so."""

    number: int
    mac: str


def reply_address(*, number: int, ticket_id: uuid.UUID, person_id: uuid.UUID) -> str:
    local, _, domain = settings.AUREOLE_MAILBOX.rpartition("@")
    return f"{local}+{number}.{_mac(ticket_id, person_id)}@{domain}"


def find_tag(addresses: Iterable[str]) -> ReplyTag | None:
    """The first of our reply addresses among these."""
    local, _, domain = settings.AUREOLE_MAILBOX.lower().rpartition("@")
    for address in addresses:
        name, _, place = address.lower().rpartition("@")
        found = _TAG.fullmatch(name.removeprefix(local + "+")) if name.startswith(local + "+") else None
        if found and place == domain:
            return ReplyTag(int(found.group(1)), found.group(2))
    return None


def is_ours(address: str) -> bool:
    """Whether it is our mailbox, with or without a tag."""
    local, _, domain = settings.AUREOLE_MAILBOX.lower().rpartition("@")
    name, _, place = address.lower().rpartition("@")
    return place == domain and (name == local or name.startswith(local + "+"))


def is_signed_for(tag: ReplyTag, *, ticket_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    return hmac.compare_digest(tag.mac.encode(), _mac(ticket_id, person_id).encode())


def _mac(ticket_id: uuid.UUID, person_id: uuid.UUID) -> str:
    key = system_key("reply address")
    digest = hashlib.blake2b(ticket_id.bytes + person_id.bytes, key=key, digest_size=_MAC).digest()
    return base64.b32encode(digest).decode().lower()
