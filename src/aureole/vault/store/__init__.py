"""Where larger ciphertexts rest. One port; a local folder is the default."""

from __future__ import annotations

from aureole.vault.store.port import FileStore, Stored, file_store

__all__ = ["FileStore", "Stored", "file_store"]
