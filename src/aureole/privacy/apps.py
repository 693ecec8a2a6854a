from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrivacyConfig(AppConfig):
    name = "aureole.privacy"
    label = "privacy"

    def ready(self) -> None:
        from aureole.privacy import checks  # noqa: F401  registers the system checks
        from aureole.privacy.export import recipients
        from aureole.privacy.rights import erasing, executors

        recipients.register()
        erasing.register()
        executors.register()
        autodiscover_modules("personal_data")
