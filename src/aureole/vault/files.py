"""Sealed files: attachments, raw mail, exports."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.db import transaction

from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.kernel.inserting import insert_rows
from aureole.vault.chunks import CHUNK, open_chunks, seal_chunks
from aureole.vault.errors import CannotOpen
from aureole.vault.groups import KeyGroup
from aureole.vault.models import SealedFile
from aureole.vault.sealing import context, open_sealed, seal
from aureole.vault.store import file_store

INLINE_BYTES = 32 * 1024
_KEY = 32
_DIGEST = 32


class _Counting(io.RawIOBase):
    """Passes bytes through, keeping their number and SHA-256."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.size = 0
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.size += len(data)
        self.sha256.update(data)
        return data


def _place(file_id: uuid.UUID) -> bytes:
    return context("vault_sealed_file", "envelope", file_id)


def seal_file(
    content: bytes | BinaryIO, *, person_id: uuid.UUID, group: str = "correspondence"
) -> SealedFile:
    """Seal `content` for the person and save the row; large content is in the store before the row is.

    A transaction that rolls back after that leaves a ciphertext in the store that nobody can open.
    Raises Fenced for an erased person.
    """
    file = sealed_unsaved(content, person_id=person_id, group=group)
    insert_rows([file])
    return file


def sealed_unsaved(
    content: bytes | BinaryIO, *, person_id: uuid.UUID, group: str = "correspondence"
) -> SealedFile:
    """The same for a caller who saves the row."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    counting = _Counting(source)
    file = SealedFile(id=new_id(), person_id=person_id, group=KeyGroup.of(group), created_at=now())
    key = os.urandom(_KEY)
    _write(file, counting, key)
    file.size = counting.size
    file.envelope = _envelope(file, key, counting.sha256.digest())
    return file


def _write(file: SealedFile, source: _Counting, key: bytes) -> None:
    chunks = seal_chunks(source, key, file.id.bytes)  # type: ignore[arg-type]
    head: list[bytes] = []
    for chunk in chunks:
        head.append(chunk)
        if sum(map(len, head)) > INLINE_BYTES:
            file.stored_as = os.urandom(16).hex()
            file_store().write(file.stored_as, _chain(head, chunks))
            return
    file.inline = b"".join(head)


def _chain(head: list[bytes], rest: Iterable[bytes]) -> Iterator[bytes]:
    yield from head
    yield from rest


def _envelope(file: SealedFile, key: bytes, digest: bytes) -> bytes:
    return seal(key + digest, person_id=file.person_id, group=KeyGroup(file.group), place=_place(file.id))


def _open_envelope(file: SealedFile) -> tuple[bytes, bytes] | None:
    plain = open_sealed(bytes(file.envelope), place=_place(file.id))
    return None if plain is None else (plain[:_KEY], plain[_KEY : _KEY + _DIGEST])


def sha256(file: SealedFile) -> str | None:
    """Hexadecimal SHA-256 of the plain bytes, None when the key is destroyed."""
    opened = _open_envelope(file)
    return None if opened is None else opened[1].hex()


def open_file(file: SealedFile) -> Iterator[bytes]:
    """The plain bytes in pieces of 64 KiB; the hash is checked at the end.

    Yields nothing when the key is destroyed. Raises CannotOpen for damaged or missing content.
    """
    opened = _open_envelope(file)
    if opened is None:
        return
    key, digest = opened
    seen = hashlib.sha256()
    with _ciphertext(file) as source:
        for chunk in open_chunks(source, key, file.id.bytes):
            seen.update(chunk)
            yield chunk
    if seen.digest() != digest:
        raise CannotOpen


def _ciphertext(file: SealedFile) -> BinaryIO:
    if file.inline is not None:
        return io.BytesIO(bytes(file.inline))
    try:
        return file_store().open(file.stored_as or "")
    except FileNotFoundError:
        raise CannotOpen from None


def read_file(file: SealedFile) -> bytes:
    """All plain bytes at once; for what is known to be small."""
    return b"".join(open_file(file))


def reseal_file(file: SealedFile, *, person_id: uuid.UUID, group: str = "correspondence") -> None:
    """Hand the file over to another person's key; the content itself is not touched.

    Raises CannotOpen when its present key is destroyed.
    """
    opened = _open_envelope(file)
    if opened is None:
        raise CannotOpen
    file.person_id, file.group = person_id, KeyGroup.of(group)
    file.envelope = _envelope(file, *opened)
    file.save(update_fields=["person_id", "group", "envelope"])


def delete_files(files: Iterable[SealedFile]) -> int:
    """Delete rows, and their ciphertexts once that is committed. Returns how many rows."""
    rows = list(files)
    stored = [file.stored_as for file in rows if file.stored_as]
    SealedFile.objects.filter(id__in=[file.id for file in rows]).delete()
    transaction.on_commit(lambda: _delete_stored(stored))
    return len(rows)


def _delete_stored(names: list[str]) -> None:
    for name in names:
        file_store().delete(name)


__all__ = [
    "CHUNK",
    "INLINE_BYTES",
    "delete_files",
    "open_file",
    "read_file",
    "reseal_file",
    "seal_file",
    "sealed_unsaved",
    "sha256",
]
