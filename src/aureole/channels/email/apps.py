from __future__ import annotations

from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "aureole.channels.email"
    label = "email_channel"

    def ready(self) -> None:
        from aureole.channels.email import erasing, restoring
        from aureole.channels.email.outbox import EmailDelivery
        from aureole.desk import delivery

        delivery.fill(EmailDelivery())
        erasing.register()
        restoring.register()
