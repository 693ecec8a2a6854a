"""Bytes of any length as authenticated chunks, so that memory stays flat and nothing can be cut or swapped.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: nonce =
7 zero bytes | chunk number (4) | 1 for the last chunk, else 0. Each file has a random key of its
own, so the nonce never repeats under a key. Layout: version (1), then chunks of 64 KiB + 16-byte tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aureole.vault.errors import CannotOpen

CHUNK = 64 * 1024
_TAG = 16
_VERSION = b"\x01"


def sealed_size(size: int) -> int:
    """Bytes the sealed form of `size` plain bytes takes."""
    return len(_VERSION) + size + _count(size) * _TAG


def may_be_sealed(head: bytes) -> bool:
    """Whether a file's first byte is that of the sealed form: no text begins with it."""
    return head[:1] == _VERSION


def _count(size: int) -> int:
    """Chunks of a file; an empty one has one."""
    return max(1, -(-size // CHUNK))


def _nonce(number: int, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])


def seal_chunks(source: BinaryIO, key: bytes, name: bytes) -> Iterator[bytes]:
    """The sealed form of `source`, piece by piece. `name` binds it to the file's id."""
    aead = AESGCM(key)
    yield _VERSION
    number, chunk = 0, source.read(CHUNK)
    while True:
        following = source.read(CHUNK) if len(chunk) == CHUNK else b""
        last = not following
        yield aead.encrypt(_nonce(number, last), chunk, _VERSION + name)
        if last:
            return
        number, chunk = number + 1, following


def open_chunks(source: BinaryIO, key: bytes, name: bytes) -> Iterator[bytes]:
    """The plain bytes, piece by piece. Raises CannotOpen when a chunk was changed, cut or moved."""
    aead = AESGCM(key)
    if source.read(1) != _VERSION:
        raise CannotOpen
    number, chunk = 0, source.read(CHUNK + _TAG)
    while True:
        following = source.read(CHUNK + _TAG) if len(chunk) == CHUNK + _TAG else b""
        last = not following
        try:
            yield aead.decrypt(_nonce(number, last), chunk, _VERSION + name)
        except InvalidTag:
            raise CannotOpen from None
        if last:
            return
        number, chunk = number + 1, following
