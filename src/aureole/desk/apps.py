from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "aureole.desk"
    label = "desk"

    def ready(self) -> None:
        from aureole.desk import (
            anonymising,
            drafts_aside,
            erasing,
            exporting,
            kept_by_law,
            merging,
            moving_in,
            releasing,
            retention,
            searching,
        )

        searching.register()
        drafts_aside.register()
        erasing.register()
        anonymising.register()
        exporting.register()
        retention.register()
        merging.register()
        moving_in.register()
        kept_by_law.register()
        releasing.register()
