from __future__ import annotations

from django.apps import AppConfig


class KeyStoreConfig(AppConfig):
    name = "aureole.vault.keystore"
    label = "keystore"
