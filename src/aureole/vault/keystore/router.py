from __future__ import annotations

from typing import Any

from django.db.models import Model

KEYS = "keys"
_APP = "keystore"


class KeyStoreRouter:
    """Keys go to the key store and nothing else does."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return KEYS if model._meta.app_label == _APP else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return KEYS if model._meta.app_label == _APP else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (app_label == _APP) == (db == KEYS)
