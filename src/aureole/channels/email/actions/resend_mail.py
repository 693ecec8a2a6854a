from __future__ import annotations

import uuid

from django.db import transaction

from aureole.channels.email.models import OutboundMail, OutboundState
from aureole.channels.email.outbox import defer_sending
from aureole.channels.email.outbox_state import settle_message
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.people.restriction import refuse_unless_active
from aureole.staff.permissions import require


def resend_mail(*, outbound_id: uuid.UUID, by: Actor) -> OutboundMail:
    """Queue a mail again that failed, is uncertain, or waited for a mail server to be set. The same bytes leave.

    Raises NotFound, and Refused for a mail that is on its way or was sent, or whose recipient
    is restricted or being erased.
    """
    require(by, "desk.reply")
    with transaction.atomic():
        outbound = OutboundMail.objects.select_for_update().filter(pk=outbound_id).first()
        if outbound is None:
            raise NotFound("mail_not_found", "There is no such mail in the outbox; nothing was sent.")
        if outbound.state not in (
            OutboundState.FAILED,
            OutboundState.UNCERTAIN,
            OutboundState.NOT_CONFIGURED,
        ):
            raise Refused(
                "mail_not_stuck", "This mail is on its way or was sent already; nothing was sent twice."
            )
        refuse_unless_active(outbound.person_id)
        outbound.state, outbound.reason, outbound.attempts = OutboundState.QUEUED, "", 0
        outbound.next_at, outbound.settled_at = now(), None
        outbound.save(update_fields=["state", "reason", "attempts", "next_at", "settled_at"])
        settle_message(outbound.message_id)
        defer_sending(outbound.id)
    return outbound
