"""Sealed files: attachments, raw mail, exports."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import BinaryIO, cast

from django.db import connection, transaction

from aureole.kernel.clock import now
from aureole.kernel.ids import new_id, timeless_id
from aureole.kernel.inserting import insert_rows
from aureole.vault.being_sealed import hold
from aureole.vault.chunks import (
    CHUNK,
    authenticate_end,
    chunks_around,
    last_chunk,
    open_chunks,
    open_some,
    plain_size,
    seal_chunks,
    sealed_size,
)
from aureole.vault.envelope import KEY_BYTES, Envelope, open_envelope, seal_envelope
from aureole.vault.errors import CannotOpen
from aureole.vault.groups import KeyGroup
from aureole.vault.models import SealedFile
from aureole.vault.store import file_store

INLINE_BYTES = 32 * 1024


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


def seal_file(
    content: bytes | BinaryIO,
    *,
    person_id: uuid.UUID,
    group: str = "correspondence",
    untimed: datetime | None = None,
) -> SealedFile:
    """Seal `content` for the person and save the row; large content is in the store before the row is.

    Memory stays flat whatever the size. A transaction that rolls back later leaves a ciphertext in the store that
    nobody can open; the sweep takes it away (`sweeping.sweep_files`). Raises Fenced for an erased person, before
    anything is stored.

    untimed  the moment that is noted instead of this one, under an id that tells none
    """
    with _one_transaction():
        file = sealed_unsaved(content, person_id=person_id, group=group, untimed=untimed)
        try:
            insert_rows([file])
        except BaseException:
            if file.stored_as:
                file_store().delete(file.stored_as)
            raise
    return file


def _one_transaction() -> AbstractContextManager[object]:
    """The one under way, or one of its own: what `hold` holds, it holds until that ends."""
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


def sealed_unsaved(
    content: bytes | BinaryIO,
    *,
    person_id: uuid.UUID,
    group: str = "correspondence",
    untimed: datetime | None = None,
) -> SealedFile:
    """The same for a caller who saves the row, soon: the sweep leaves a new ciphertext alone for a day, and one of
    a transaction that is under way until that ends."""
    counting = _Counting(io.BytesIO(content) if isinstance(content, bytes) else content)
    file = SealedFile(
        id=timeless_id() if untimed else new_id(), person_id=person_id, group=KeyGroup.of(group), size=0,
        created_at=untimed or now(),
    )  # fmt: skip
    key = os.urandom(KEY_BYTES)
    file.envelope = seal_envelope(file, Envelope(key=key, digest=bytes(32), size=0))  # fenced? then stop here
    chunks = seal_chunks(cast(BinaryIO, counting), key, file.id.bytes)
    head, fits = _head(chunks)
    if fits:
        file.inline = b"".join(head)
    else:
        file.stored_as = _store(_chain(head, chunks))
    file.size = counting.size
    file.envelope = seal_envelope(
        file, Envelope(key=key, digest=counting.sha256.digest(), size=counting.size)
    )
    return file


def _head(chunks: Iterator[bytes]) -> tuple[list[bytes], bool]:
    """As many pieces as the row would take, and whether that is all."""
    head: list[bytes] = []
    for chunk in chunks:
        head.append(chunk)
        if sum(map(len, head)) > INLINE_BYTES:
            return head, False
    return head, True


def _store(chunks: Iterator[bytes]) -> str:
    """Write under a random name, which the sweep keeps its hands off until the transaction ends."""
    name = os.urandom(16).hex()
    hold(name)
    try:
        file_store().write(name, chunks)
    except BaseException:
        file_store().delete(name)
        raise
    return name


def _chain(head: list[bytes], rest: Iterable[bytes]) -> Iterator[bytes]:
    yield from head
    yield from rest


def sha256(file: SealedFile) -> str | None:
    """Hexadecimal SHA-256 of the plain bytes, None when the key is destroyed."""
    envelope = open_envelope(file)
    return None if envelope is None else envelope.digest.hex()


def open_file(file: SealedFile) -> Iterator[bytes]:
    """The plain bytes in pieces of 64 KiB at most.

    The last piece is handed out once hash and size of the whole are verified, so whoever has all bytes has the
    right ones. Yields nothing when the key is destroyed. Raises CannotOpen for damaged or missing content.
    """
    envelope = open_envelope(file)
    if envelope is None:
        return
    with _ciphertext(file) as source:
        yield from _verified(open_chunks(source, envelope.key, file.id.bytes), envelope, file.size)


def _verified(pieces: Iterator[bytes], envelope: Envelope, size: int) -> Iterator[bytes]:
    seen, count, held = hashlib.sha256(), 0, b""
    for number, piece in enumerate(pieces):
        if number:
            yield held
        seen.update(piece)
        count += len(piece)
        held = piece
    if seen.digest() != envelope.digest or count != size:
        raise CannotOpen
    yield held


def open_range(file: SealedFile, start: int, end: int) -> Iterator[bytes]:
    """The plain bytes [start, end), in pieces; only the chunks they lie in are fetched and opened.

    A file that was cut or lengthened is refused whatever the range: its length must be the one its size asks for,
    and the size is sealed with the key. Yields nothing when the key is destroyed. Raises CannotOpen, and
    ValueError for a range outside the file.
    """
    envelope = open_envelope(file)
    if envelope is None:
        return
    if not 0 <= start <= end <= file.size:
        raise ValueError("the range lies outside the file")
    if sealed_size(file.size) != _sealed_length(file):
        raise CannotOpen
    if envelope.size is None:
        _prove_size(file, envelope.key)
    if start < end:
        with _ciphertext(file, *chunks_around(start, end, file.size)) as source:
            name = file.id.bytes
            yield from open_some(source, envelope.key, name, start=start, end=end, size=file.size)


def _prove_size(file: SealedFile, key: bytes) -> None:
    """An envelope without a size: the last chunk says that it is the last, and where it ends."""
    with _ciphertext(file, *last_chunk(file.size)) as source:
        authenticate_end(source, key, file.id.bytes, file.size)


def _sealed_length(file: SealedFile) -> int:
    if file.inline is not None:
        return len(file.inline)
    try:
        return file_store().stat(file.stored_as or "").size
    except FileNotFoundError:
        raise CannotOpen from None


def _ciphertext(file: SealedFile, start: int = 0, end: int | None = None) -> BinaryIO:
    if file.inline is not None:
        return io.BytesIO(bytes(file.inline)[start:end])
    try:
        if end is None:
            return file_store().open(file.stored_as or "")
        return file_store().read_range(file.stored_as or "", start, end)
    except FileNotFoundError:
        raise CannotOpen from None


def check_length(file: SealedFile) -> None:
    """Raises CannotOpen when the ciphertext is missing or not as long as the row's size asks for.

    Needs no key, so it holds for erased persons' files as well.
    """
    if plain_size(_sealed_length(file)) != file.size:
        raise CannotOpen


def read_file(file: SealedFile) -> bytes:
    """All plain bytes at once; for what is known to be small."""
    return b"".join(open_file(file))


def reseal_file(file: SealedFile, *, person_id: uuid.UUID, group: str = "correspondence") -> None:
    """Hand the file over to another person's key; the content itself is not touched.

    Raises CannotOpen when its present key is destroyed, Fenced when the other person is erased.
    """
    envelope = open_envelope(file)
    if envelope is None:
        raise CannotOpen
    file.person_id, file.group = person_id, KeyGroup.of(group)
    file.envelope = seal_envelope(file, envelope)
    file.save(update_fields=["person_id", "group", "envelope"])


def delete_files(files: Iterable[SealedFile]) -> int:
    """Delete rows, and their ciphertexts once that is committed. Returns how many rows."""
    rows = list(files)
    stored = [file.stored_as for file in rows if file.stored_as]
    SealedFile.objects.filter(id__in=[file.id for file in rows]).delete()
    delete_ciphertexts(stored)
    return len(rows)


def delete_ciphertexts(stored: Sequence[str]) -> None:
    """Delete what rows pointed at (`stored_as`), once the transaction that deletes the rows has committed."""
    if stored:
        transaction.on_commit(lambda: _delete_stored(stored))


def _delete_stored(names: Sequence[str]) -> None:
    for name in names:
        file_store().delete(name)


__all__ = [
    "CHUNK",
    "INLINE_BYTES",
    "check_length",
    "delete_ciphertexts",
    "delete_files",
    "open_file",
    "open_range",
    "read_file",
    "reseal_file",
    "seal_file",
    "sealed_unsaved",
    "sha256",
]
