from __future__ import annotations

import uuid

from aureole.channels.email.actions.settle_mail import settle_mail
from aureole.channels.email.models import InboundMail, InboundState
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.staff.permissions import require


def retry_quarantined(*, mail_id: uuid.UUID, by: Actor) -> InboundMail:
    """Try again to read a mail that was set apart; it stays there, with the reason, if it still cannot be read."""
    require(by, "mail.quarantine")
    waiting = InboundMail.objects.filter(pk=mail_id).exclude(state=InboundState.ACCEPTED)
    settled = settle_mail(mail_id) if waiting.exists() else None
    if settled is None:
        raise NotFound("mail_not_found", "There is no such mail in quarantine; nothing was changed.")
    return settled
