"""Where the key of keys comes from. One port, three providers: file, AWS KMS, Vault/OpenBao transit."""

from __future__ import annotations

from aureole.vault.root_key.port import RootKey
from aureole.vault.root_key.providers import RootKeys, forget_root_keys, root_keys

__all__ = ["RootKey", "RootKeys", "forget_root_keys", "root_keys"]
