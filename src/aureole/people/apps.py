from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "aureole.people"
    label = "people"

    def ready(self) -> None:
        from aureole.people import (
            children,
            directory,
            erasing,
            identifying,
            population,
            restoring,
            retention,
            rights,
            searching,
        )
        from aureole.privacy.rights.matters import add_matters

        directory.fill_ports()
        searching.register()
        identifying.fill_port()
        population.fill_port()
        restoring.register()
        rights.register()
        add_matters(children.children_as_matters)
        retention.register()
        erasing.register()
