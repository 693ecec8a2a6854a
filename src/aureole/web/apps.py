from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "aureole.web"
    label = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        from aureole.web.staff.privacy.calendar import parts

        parts.register()
