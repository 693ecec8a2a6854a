from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "aureole.staff"
    label = "staff"

    def ready(self) -> None:
        from aureole.people import officers as restricted
        from aureole.privacy.retention.ports import Sign, add_sign
        from aureole.staff import anonymising, merging, officers, restoring, retention
        from aureole.staff.models import Agent
        from aureole.staff.permissions import may

        restricted.fill(lambda actor: may(actor, "people.restricted"))

        merging.register()
        restoring.register()
        officers.register()
        anonymising.register()
        retention.register()
        add_sign(Sign(rows=lambda going: Agent.objects.all(), person="person_id", of_work=True))
