from __future__ import annotations

from typing import Any

from django.db.models import Model

KEYS = "keys"
APPS = frozenset({"keystore", "fences"})


class KeyStoreRouter:
    """Keys and the fence list go to the key store and nothing else does."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return KEYS if model._meta.app_label in APPS else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return KEYS if model._meta.app_label in APPS else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (app_label in APPS) == (db == KEYS)
