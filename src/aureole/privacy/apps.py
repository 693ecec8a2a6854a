from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrivacyConfig(AppConfig):
    name = "aureole.privacy"
    label = "privacy"

    def ready(self) -> None:
        from aureole.privacy import checks  # noqa: F401  registers the system checks
        from aureole.privacy.anonymising import run
        from aureole.privacy.consent import executors as consents
        from aureole.privacy.erasure import unfinished
        from aureole.privacy.export import recipients
        from aureole.privacy.holds import blocking, resuming  # noqa: F401  resuming reacts to an event
        from aureole.privacy.informing import hearing, named
        from aureole.privacy.informing import recipients as noted
        from aureole.privacy.merging import joining
        from aureole.privacy.retention import log_months, proceedings
        from aureole.privacy.retention.ports import add_settable
        from aureole.privacy.rights import erasing, executors
        from aureole.privacy.suppression import attempts, keeping_away
        from aureole.privacy.transfer import erasing as transfers
        from aureole.privacy.transfer import recipients as transferred

        recipients.register()
        transferred.register()
        noted.register()
        named.register()
        hearing.register()
        erasing.register()
        unfinished.register()
        executors.register()
        blocking.register()
        consents.register()
        joining.register()
        log_months.register()
        proceedings.register()
        run.register()
        transfers.register()
        attempts.register()
        add_settable(keeping_away.CLASS)
        autodiscover_modules("personal_data")
