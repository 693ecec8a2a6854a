"""What is on the way between two instances can be opened by the one it is for, and by nobody else.

A random key for each package is sealed for the receiver with HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM).
Pieces are AES-256-GCM, each under a key of its own, which HKDF-SHA256 makes from the package's key and the piece's
place among all: none can be changed, swapped, left out or added. The same piece sealed again has the same bytes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from aureole.vault.errors import CannotOpen
from aureole.vault.system_keys import system_key

PIECE_BYTES = 1024 * 1024
KEY_BYTES = 32
TAG_BYTES = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_KEY_NAME = "transfer sealing"
_NONCE = bytes(12)  # a key seals one piece only


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """From whom to whom, and which package: what everything sealed is bound to. Fingerprints of both."""

    transfer: uuid.UUID
    sender: str
    receiver: str

    @property
    def info(self) -> bytes:
        return f"aureole transfer 1\n{self.transfer}\n{self.sender}\n{self.receiver}".encode()


def public_key() -> bytes:
    """32 bytes, X25519: what others seal for this instance with. Its card says it, signed."""
    return _private_key().public_key().public_bytes_raw()


def _private_key() -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(system_key(_KEY_NAME))


def seal_key(key: bytes, receiver: bytes, way: Way) -> bytes:
    """The package's key for whoever has the private half of `receiver`. Raises ValueError for what is no such key."""
    return _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(receiver), way.info)


def open_key(sealed: bytes, way: Way) -> bytes:
    """Raises CannotOpen when it was sealed for somebody else, or for another package."""
    try:
        key = _SUITE.decrypt(sealed, _private_key(), way.info)
    except (InvalidTag, ValueError) as trouble:
        raise CannotOpen from trouble
    if len(key) != KEY_BYTES:
        raise CannotOpen
    return key


def seal_piece(piece: bytes, key: bytes, *, number: int, of: int, way: Way) -> bytes:
    return AESGCM(_piece_key(key, number, of)).encrypt(_NONCE, piece, way.info)


def open_piece(sealed: bytes, key: bytes, *, number: int, of: int, way: Way) -> bytes:
    """Raises CannotOpen for a piece that was changed, or that belongs elsewhere."""
    try:
        return AESGCM(_piece_key(key, number, of)).decrypt(_NONCE, sealed, way.info)
    except (InvalidTag, ValueError) as trouble:
        raise CannotOpen from trouble


def _piece_key(key: bytes, number: int, of: int) -> bytes:
    info = b"aureole piece " + number.to_bytes(4, "big") + of.to_bytes(4, "big")
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=info).derive(key)


def piece_count(size: int) -> int:
    return max(1, -(-size // PIECE_BYTES))
