from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "aureole.staff"
    label = "staff"

    def ready(self) -> None:
        from aureole.staff import restoring

        restoring.register()
