"""Where the key of keys comes from. One port; the file provider is the default."""

from __future__ import annotations

from aureole.vault.root_key.port import RootKey, root_key

__all__ = ["RootKey", "root_key"]
