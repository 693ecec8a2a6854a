"""AES-256-GCM with a key at hand: body = nonce (12) | ciphertext and tag. For the file and for wrapping keys."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aureole.vault.errors import CannotOpen

_NONCE = 12


class LocalCipher:
    """One key. It wraps far fewer than 2^32 others, so random nonces are safe (NIST SP 800-38D §8.3)."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, key, bound)

    def unwrap(self, body: bytes, bound: bytes) -> bytes:
        """Raises CannotOpen."""
        try:
            return self._aead.decrypt(body[:_NONCE], body[_NONCE:], bound)
        except (InvalidTag, ValueError):  # ValueError: too short to hold nonce and tag
            raise CannotOpen from None

    def __repr__(self) -> str:
        return "<LocalCipher>"
