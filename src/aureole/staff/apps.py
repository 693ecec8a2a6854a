from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "aureole.staff"
    label = "staff"

    def ready(self) -> None:
        from aureole.people import officers
        from aureole.staff import restoring
        from aureole.staff.permissions import may

        officers.fill(lambda actor: may(actor, "people.restricted"))

        restoring.register()
