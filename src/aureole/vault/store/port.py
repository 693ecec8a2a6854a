from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from aureole.kernel.errors import Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One ciphertext in the store: `size` in bytes, `modified` by the store's clock, in UTC."""

    name: str
    size: int
    modified: datetime


class FileStore(Protocol):
    """Ciphertexts under random names. What `write` returned from is durable."""

    def write(self, name: str, chunks: Iterable[bytes]) -> None: ...

    def open(self, name: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        ...

    def delete(self, name: str) -> None:
        """Gone afterwards, also when it was gone before."""
        ...

    def stored(self) -> Iterator[Stored]:
        """By name."""
        ...

    def names(self) -> Iterator[str]: ...

    def exists(self, name: str) -> bool: ...


@lru_cache(maxsize=1)
def file_store() -> FileStore:
    """The store that AUREOLE_FILES_URL names."""
    from aureole.vault.store.folder import FolderStore

    parts = urlsplit(settings.AUREOLE_FILES_URL)
    if parts.scheme != "file":
        raise Broken("file_store_unknown", "AUREOLE_FILES_URL must begin with file:/// in this version.")
    return FolderStore(Path(unquote(parts.path)))
