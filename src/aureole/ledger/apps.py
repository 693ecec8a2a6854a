from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LedgerConfig(AppConfig):
    name = "aureole.ledger"
    label = "ledger"

    def ready(self) -> None:
        autodiscover_modules("entry_types")
