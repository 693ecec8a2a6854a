"""Tables of the key store whose rows stay: triggers hold it, and the application's role may not even try."""

from __future__ import annotations

FENCE_TABLES: tuple[str, ...] = ("keystore_person_key",)
