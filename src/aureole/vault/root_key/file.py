from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aureole.kernel.errors import Broken
from aureole.vault.errors import CannotOpen

_VERSION = b"\x01"
_KEY_ID = 4
_NONCE = 12


class FileRootKey:
    """A 32-byte key in a file that only its owner may read (mode 0600).

    Envelope: version (1) | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag.
    """

    def __init__(self, path: Path) -> None:
        key = _read(path)
        self._cipher = AESGCM(key)
        self._id = hashlib.sha256(b"aureole root key id" + key).digest()[:_KEY_ID]

    def wrap(self, key: bytes, context: bytes) -> bytes:
        head = _VERSION + self._id
        nonce = os.urandom(_NONCE)
        return head + nonce + self._cipher.encrypt(nonce, key, head + context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        head, rest = wrapped[: 1 + _KEY_ID], wrapped[1 + _KEY_ID :]
        if head != _VERSION + self._id:
            raise Broken("root_key_other", "The root key file is not the one these keys were wrapped with.")
        try:
            return self._cipher.decrypt(rest[:_NONCE], rest[_NONCE:], head + context)
        except InvalidTag:
            raise CannotOpen from None


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        raise Broken("root_key_absent", "The root key file is missing; 'aureole init' makes one.") from None
    except ValueError:
        raise Broken("root_key_damaged", "The root key file does not hold 64 hexadecimal digits.") from None
    if len(key) != 32:
        raise Broken("root_key_damaged", "The root key file does not hold 64 hexadecimal digits.")
    return key
