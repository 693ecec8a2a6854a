"""What a store of ciphertexts can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One ciphertext in the store: `size` in bytes, `modified` by the store's clock, in UTC."""

    name: str
    size: int
    modified: datetime


class FileStore(Protocol):
    """Ciphertexts under random names (32 hexadecimal digits), written once and never changed.

    What `write` returned from is durable. FileNotFoundError is raised for a name that is not there, FileStoreAway
    when the store does not answer.
    """

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """All of it or nothing is there afterwards. Raises what `chunks` raises."""
        ...

    def open(self, name: str) -> BinaryIO: ...

    def read_range(self, name: str, start: int, end: int) -> BinaryIO:
        """The bytes [start, end), fewer when the ciphertext ends before."""
        ...

    def stat(self, name: str) -> Stored: ...

    def delete(self, name: str) -> None:
        """Gone afterwards, also when it was gone before."""
        ...

    def stored(self) -> Iterator[Stored]: ...

    def names(self) -> Iterator[str]: ...

    def unfinished(self) -> Iterator[Stored]:
        """Writes that never ended: `modified` is when they were last heard of."""
        ...

    def discard_unfinished(self, name: str) -> None: ...
