from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "aureole.web.ui"
    label = "ui"
    verbose_name = "Look and components"
