"""Sealed values: what they look like in the database and how they open.

Layout, version 2: version (1) | group (1) | generation of the key (2) | person id (16) | nonce (12) |
AES-256-GCM ciphertext and tag. Version 1, still read: the same without the generation, which is 1.
Associated data: that header without the nonce, then the context (table, column, row id). So a value moved to
another row, column, person, group or generation does not open. A key seals far fewer than 2^32 values, so
random 96-bit nonces are safe (NIST SP 800-38D §8.3).
"""

from __future__ import annotations

import os
import uuid
from functools import lru_cache

from cryptography.exceptions import InvalidTag

from aureole.vault.errors import CannotOpen, KeyMissing
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import KeyName, keyring

VERSION = 2
_HEADS = {1: 18, 2: 20}
_NONCE = 12
_TAG = 16


def context(table: str, column: str, row_id: object) -> bytes:
    """What binds a value to its place."""
    return f"{table}\x1f{column}\x1f{row_id}".encode()


def seal(plain: bytes, *, person_id: uuid.UUID, group: KeyGroup, place: bytes) -> bytes:
    """`plain` sealed under the person's key. Raises Fenced for an erased person, RootKeyAway, KeyStoreAway."""
    key = keyring.key_for_sealing((person_id, group))
    head = bytes((VERSION, group)) + key.generation.to_bytes(2, "big") + person_id.bytes
    nonce = os.urandom(_NONCE)
    return head + nonce + key.sealing.encrypt(nonce, plain, head + place)


def open_sealed(token: bytes, *, place: bytes) -> bytes | None:
    """The plain bytes, or None when the key is destroyed.

    Raises CannotOpen for a value that was changed or moved, KeyMissing when the key store has no such key
    (KeyRetired: no longer), RootKeyAway or KeyStoreAway when it cannot be asked.
    """
    head = head_of(token)
    aead = keyring.opening(*_read_head(head))
    if aead is None:
        return None
    body = len(head) + _NONCE
    try:
        return aead.decrypt(token[len(head) : body], token[body:], head + place)
    except InvalidTag:
        raise CannotOpen from None


def key_name(token: bytes) -> KeyName:
    """Whose key, of which group, a sealed value needs."""
    return _read_head(head_of(token))[0]


def may_stay(token: bytes, person_id: uuid.UUID | None, group: KeyGroup) -> bool:
    """Whether a value may be saved again as it rests: it is this person's, and under the key that seals today.

    What no key opens any more may stay as well.
    """
    name, generation = _read_head(head_of(token))
    if name != (person_id, group):
        return False
    try:
        key = keyring.key(name)
    except KeyMissing:
        return True
    return key is None or key.generation <= generation


def head_of(token: bytes) -> bytes:
    """What stands before the nonce. Raises CannotOpen for what is no sealed value."""
    size = _HEADS.get(token[0]) if token else None
    if size is None or len(token) < size + _NONCE + _TAG:
        raise CannotOpen
    return token[:size]


@lru_cache(maxsize=4096)
def _read_head(head: bytes) -> tuple[KeyName, int]:
    """A page holds many values of few persons."""
    try:
        group = KeyGroup(head[1])
    except ValueError:
        raise CannotOpen from None
    generation = int.from_bytes(head[2:-16], "big") if head[0] > 1 else 1
    return (uuid.UUID(bytes=head[-16:]), group), generation
