"""Delivery reports: sent back to the signed address our mail left with, about a Message-ID of ours.

Both are asked for: whoever was copied on an answer knows its Message-ID, and could otherwise put words
into the ticket by a forged report.
"""

from __future__ import annotations

from aureole.channels.email.models import FailureReason, OutboundMail, OutboundState
from aureole.channels.email.outbox_state import settle_message
from aureole.channels.email.parsed import ParsedMail
from aureole.channels.email.reply_address import find_tag, is_signed_for
from aureole.channels.email.threading import Known
from aureole.desk.models import Direction, Message
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.normalise import normalise
from aureole.privacy.informing.owing import take_back
from aureole.vault.unlock import unlock


def reported_message(mail: ParsedMail, known: Known) -> Message | None:
    """The answer of ours that a report tells of; None for anything else."""
    if mail.report is None or not mail.report.original_message_id:
        return None
    answer = next((message for message in known.answered if message.direction == Direction.OUT), None)
    return answer if answer is not None and _came_to_its_sender(mail, answer) else None


def _came_to_its_sender(mail: ParsedMail, answer: Message) -> bool:
    """Whether the report was addressed to the signed address of one of the mails it may tell of."""
    tag = find_tag([*(party.address for party in (*mail.to, *mail.cc)), *mail.delivered_to])
    if tag is None:
        return False
    people = OutboundMail.objects.filter(message=answer).values_list("person_id", flat=True)
    return any(is_signed_for(tag, ticket_id=answer.ticket_id, person_id=person) for person in people)


def note_bounce(mail: ParsedMail, message: Message) -> int:
    """Mark to whom it was not delivered; returns how many recipients."""
    recipients = mail.report.recipients if mail.report else ()
    failed = {_compared(r.address) for r in recipients if r.action == "failed"} - {""}
    rows = unlock(OutboundMail.objects.filter(message=message))
    bounced = [row for row in rows if _compared(str(row.address)) in failed]
    for row in bounced:
        row.state, row.reason, row.settled_at = OutboundState.FAILED, FailureReason.BOUNCED, now()
        row.save(update_fields=["state", "reason", "settled_at"])
        if row.informs:
            take_back(
                row.person_id,
                by=Actor.system(),
                source=row.informs != "objection",
                objection=row.informs != "source",
            )
    if bounced:
        settle_message(message.id)
    return len(bounced)


def _compared(address: str) -> str:
    try:
        return normalise("email", address)
    except Refused:
        return ""
