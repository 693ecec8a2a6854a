"""How wrapped keys look: which provider and which key opens them stands in front.

Version 2: version (1) | provider (1) | key id (8) | body. Version 1, written by the file provider before
there were others: version (1) | key id (4) | body. The head is part of what the body is bound to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from aureole.vault.errors import CannotOpen

VERSION = 2
KEY_ID = 8
HEAD = 2 + KEY_ID
_FIRST_VERSION, _FIRST_HEAD = 1, 5


class Provider(IntEnum):
    """The second byte. WRAPPING: a key of the key store itself, see `vault.wrapping_keys`."""

    WRAPPING = 0
    FILE = 1
    AWSKMS = 2
    TRANSIT = 3


@dataclass(frozen=True, slots=True)
class Envelope:
    """A wrapped key, taken apart. `key_id` of version 1 has 4 bytes."""

    version: int
    provider: int
    key_id: bytes
    head: bytes
    body: bytes


def head_of(provider: int, key_id: bytes) -> bytes:
    return bytes((VERSION, provider)) + key_id


def parse(wrapped: bytes) -> Envelope:
    """Raises CannotOpen for what is no envelope."""
    if len(wrapped) > HEAD and wrapped[0] == VERSION:
        return Envelope(VERSION, wrapped[1], wrapped[2:HEAD], wrapped[:HEAD], wrapped[HEAD:])
    if len(wrapped) > _FIRST_HEAD and wrapped[0] == _FIRST_VERSION:
        head = wrapped[:_FIRST_HEAD]
        return Envelope(_FIRST_VERSION, Provider.FILE, head[1:], head, wrapped[_FIRST_HEAD:])
    raise CannotOpen
