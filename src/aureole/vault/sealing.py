"""Sealed values: what they look like in the database and how they open.

Layout, version 1: version (1) | group (1) | person id (16) | nonce (12) | AES-256-GCM ciphertext
and tag. Associated data: that header without the nonce, then the context (table, column, row id).
So a value moved to another row, column, person or group does not open. A key seals far fewer
than 2^32 values, so random 96-bit nonces are safe (NIST SP 800-38D §8.3).
"""

from __future__ import annotations

import os
import uuid
from functools import lru_cache

from cryptography.exceptions import InvalidTag

from aureole.vault.errors import CannotOpen
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import KeyName, keyring

VERSION = 1
_HEAD = 18
_NONCE = 12


def context(table: str, column: str, row_id: object) -> bytes:
    """What binds a value to its place."""
    return f"{table}\x1f{column}\x1f{row_id}".encode()


def seal(plain: bytes, *, person_id: uuid.UUID, group: KeyGroup, place: bytes) -> bytes:
    """`plain` sealed under the person's key. Raises Fenced for an erased person."""
    head = bytes((VERSION, group)) + person_id.bytes
    nonce = os.urandom(_NONCE)
    cipher = keyring.cipher_for_sealing((person_id, group))
    return head + nonce + cipher.aead.encrypt(nonce, plain, head + place)


def open_sealed(token: bytes, *, place: bytes) -> bytes | None:
    """The plain bytes, or None when the key is destroyed.

    Raises CannotOpen for a value that was changed or moved, KeyMissing when the key store has no such key.
    """
    cipher = keyring.cipher(key_name(token))
    if cipher is None:
        return None
    head, nonce, body = token[:_HEAD], token[_HEAD : _HEAD + _NONCE], token[_HEAD + _NONCE :]
    try:
        return cipher.aead.decrypt(nonce, body, head + place)
    except InvalidTag:
        raise CannotOpen from None


def key_name(token: bytes) -> KeyName:
    """Whose key, of which group, a sealed value needs."""
    if len(token) < _HEAD + _NONCE + 16 or token[0] != VERSION:
        raise CannotOpen
    return _read_head(token[:_HEAD])


@lru_cache(maxsize=4096)
def _read_head(head: bytes) -> KeyName:
    """A page holds many values of few persons."""
    try:
        return uuid.UUID(bytes=head[2:]), KeyGroup(head[1])
    except ValueError:
        raise CannotOpen from None
