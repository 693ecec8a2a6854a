from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings


class RootKey(Protocol):
    """Wraps and unwraps keys; the root key itself never leaves the provider."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """`key` encrypted and bound to `context`."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The key again. Raises CannotOpen when the bytes or the context differ."""
        ...


@lru_cache(maxsize=1)
def root_key() -> RootKey:
    """The provider the settings name."""
    from aureole.vault.root_key.file import FileRootKey

    return FileRootKey(Path(settings.AUREOLE_ROOT_KEY_FILE))
