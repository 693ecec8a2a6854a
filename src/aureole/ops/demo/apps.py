from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "aureole.ops.demo"
    label = "ops_demo"
