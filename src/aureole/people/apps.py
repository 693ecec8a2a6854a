from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "aureole.people"
    label = "people"

    def ready(self) -> None:
        from aureole.people import directory, identifying, retention, rights, searching

        directory.fill_ports()
        searching.register()
        identifying.fill_port()
        rights.register()
        retention.register()
