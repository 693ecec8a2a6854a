"""Django's `migrate`, quicker: whoever starts Aureole for the first time waits for it, and so does every test run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.loader import MigrationLoader

from aureole.vault.keystore.router import APPS, KEYS


class Command(migrate.Command):
    """On the key store only the migrations of what lies there, and of what they depend on.

    Those of all other apps would change nothing in it, and nearly all the time would go into Django's picture of
    their tables. A key store that earlier versions noted them in stays as it is.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        with _collector_resting():
            if options["database"] != KEYS or options["app_label"]:
                super().handle(*args, **options)
                return
            for label in sorted(APPS & MigrationLoader(None).migrated_apps):
                super().handle(*args, **{**options, "app_label": label, "run_syncdb": False})


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Model classes of every step are made by the thousand, and walked through again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
