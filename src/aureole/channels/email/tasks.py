from __future__ import annotations

import uuid
from datetime import timedelta

from procrastinate.contrib.django import app

from aureole.kernel.retrying import RETRY

_UNSETTLED_FOR = timedelta(minutes=2)
_MOST = 500


@app.task(name="email.send_mail", queue="default", retry=RETRY)
def send_mail(*, outbound_id: str) -> None:
    """Send one mail of the outbox. Safe to run twice: only what waits is sent."""
    from aureole.channels.email.actions.send_queued_mail import send_queued_mail

    send_queued_mail(uuid.UUID(outbound_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="email.settle_received", queue="default", queueing_lock="email.settle_received")
def settle_received(timestamp: int) -> None:
    """Read mails whose reading was interrupted after their bytes had been committed."""
    from aureole.channels.email.actions.settle_mail import settle_mail
    from aureole.channels.email.models import InboundMail, InboundState
    from aureole.kernel.clock import now

    waiting = InboundMail.objects.filter(
        state=InboundState.RECEIVED, received_at__lt=now() - _UNSETTLED_FOR
    ).order_by("received_at")
    for mail_id in waiting.values_list("pk", flat=True)[:_MOST]:
        settle_mail(mail_id)


@app.periodic(cron="23 3 * * *")
@app.task(name="email.retire_intake_keys", queue="default", queueing_lock="email.retire_intake_keys")
def retire_intake_keys(timestamp: int) -> None:
    """Destroy the keys under which raw mail of past days was sealed."""
    from aureole.channels.email.actions.retire_intake_keys import retire_intake_keys as retire

    retire()
