from __future__ import annotations

from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "aureole.channels.email"
    label = "email_channel"

    def ready(self) -> None:
        from aureole.channels.email import erasing, exporting, merging, releasing, restoring, retention
        from aureole.channels.email.notices import MailCourier, send_notice
        from aureole.channels.email.outbox import EmailDelivery
        from aureole.desk import delivery
        from aureole.ledger.witnesses.port import fill_letters
        from aureole.privacy.consent.sending import add_stopper
        from aureole.privacy.rights.ports import add_courier

        outbox = EmailDelivery()
        delivery.fill(outbox)
        add_stopper(outbox)
        erasing.register()
        exporting.register()
        restoring.register()
        retention.register()
        merging.register()
        releasing.register()
        fill_letters(send_notice)
        add_courier("email", MailCourier())
