"""Where larger ciphertexts rest. One port; a local folder is the default, an S3 bucket the other."""

from __future__ import annotations

from aureole.vault.store.errors import FileStoreAway
from aureole.vault.store.named import file_store
from aureole.vault.store.port import FileStore, Stored

__all__ = ["FileStore", "FileStoreAway", "Stored", "file_store"]
