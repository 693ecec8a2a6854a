from __future__ import annotations

from django.apps import AppConfig


class FencesConfig(AppConfig):
    name = "aureole.vault.fences"
    label = "fences"
