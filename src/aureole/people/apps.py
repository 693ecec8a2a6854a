from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "aureole.people"
    label = "people"

    def ready(self) -> None:
        from aureole.people import compared, directory, identifying, searching

        compared.fill_port()
        directory.fill_ports()
        searching.register()
        identifying.register()
