"""Where larger ciphertexts rest. One port of five methods; a local folder is the default."""

from __future__ import annotations

from aureole.vault.store.port import FileStore, file_store

__all__ = ["FileStore", "file_store"]
