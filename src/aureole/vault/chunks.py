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
_STEP = CHUNK + _TAG


def sealed_size(size: int) -> int:
    """Bytes the sealed form of `size` plain bytes takes."""
    return len(_VERSION) + size + _count(size) * _TAG


def plain_size(sealed: int) -> int:
    """The reverse. Raises CannotOpen for a length that no sealed form has."""
    body = sealed - len(_VERSION)
    size = body - -(-body // _STEP) * _TAG
    if body < _TAG or sealed_size(max(size, 0)) != sealed:
        raise CannotOpen
    return size


def _count(size: int) -> int:
    """Chunks of a file; an empty one has one."""
    return max(1, -(-size // CHUNK))


def may_be_sealed(head: bytes) -> bool:
    """Whether a file's first byte is that of the sealed form: no text begins with it."""
    return head[:1] == _VERSION


def _nonce(number: int, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])


def seal_chunks(source: BinaryIO, key: bytes, name: bytes) -> Iterator[bytes]:
    """The sealed form of `source`, piece by piece. `name` binds it to the file's id."""
    aead = AESGCM(key)
    yield _VERSION
    number, chunk = 0, _read(source, CHUNK)
    while True:
        following = _read(source, CHUNK) if len(chunk) == CHUNK else b""
        last = not following
        yield aead.encrypt(_nonce(number, last), chunk, _VERSION + name)
        if last:
            return
        number, chunk = number + 1, following


def open_chunks(source: BinaryIO, key: bytes, name: bytes) -> Iterator[bytes]:
    """The plain bytes, piece by piece. Raises CannotOpen when a chunk was changed, cut or moved."""
    aead = AESGCM(key)
    if _read(source, 1) != _VERSION:
        raise CannotOpen
    number, chunk = 0, _read(source, _STEP)
    while True:
        following = _read(source, _STEP) if len(chunk) == _STEP else b""
        last = not following
        yield _open(aead, chunk, number, last, name)
        if last:
            return
        number, chunk = number + 1, following


def chunks_around(start: int, end: int, size: int) -> tuple[int, int]:
    """Where in the sealed form the chunks lie that hold the plain bytes [start, end) of `size`."""
    first, after = start // CHUNK, min(-(-end // CHUNK), _count(size))
    return len(_VERSION) + first * _STEP, min(len(_VERSION) + after * _STEP, sealed_size(size))


def open_some(
    source: BinaryIO, key: bytes, name: bytes, *, start: int, end: int, size: int
) -> Iterator[bytes]:
    """The plain bytes [start, end) of `size`, from a source that begins at `chunks_around`.

    Opens no other chunk. The caller vouches for `size`: it says which chunk must be the last.
    """
    aead, final = AESGCM(key), _count(size) - 1
    for number in range(start // CHUNK, -(-end // CHUNK)):
        plain = _open(aead, _read(source, _STEP), number, number == final, name)
        offset = number * CHUNK
        yield plain[max(start - offset, 0) : end - offset]


def authenticate_end(source: BinaryIO, key: bytes, name: bytes, size: int) -> None:
    """Raises CannotOpen unless the source, which begins at the last chunk, ends a file of `size` bytes."""
    final = _count(size) - 1
    plain = _open(AESGCM(key), _read(source, _STEP), final, True, name)
    if final * CHUNK + len(plain) != size:
        raise CannotOpen


def last_chunk(size: int) -> tuple[int, int]:
    """Where in the sealed form the last chunk lies."""
    return len(_VERSION) + (_count(size) - 1) * _STEP, sealed_size(size)


def _open(aead: AESGCM, chunk: bytes, number: int, last: bool, name: bytes) -> bytes:
    try:
        return aead.decrypt(_nonce(number, last), chunk, _VERSION + name)
    except (InvalidTag, ValueError):  # ValueError: shorter than a tag
        raise CannotOpen from None


def _read(source: BinaryIO, size: int) -> bytes:
    """Exactly `size` bytes unless the source ends: a network stream may hand out less at a time."""
    data = source.read(size)
    while data and len(data) < size and (more := source.read(size - len(data))):
        data += more
    return data
