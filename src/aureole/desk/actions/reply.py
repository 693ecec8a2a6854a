from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aureole.desk import delivery
from aureole.desk.actions.save_draft import forget_draft
from aureole.desk.actions.set_status import set_status
from aureole.desk.events import ReplySent
from aureole.desk.models import DeliveryState, Direction, Message, MessageKind, Status, Ticket
from aureole.desk.writing import NewFile, add_message
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.events import announce
from aureole.ledger.record import record
from aureole.people.children import refuse_without_guardian
from aureole.people.models import Person, PersonStatus
from aureole.people.queries import address_of, shown_name
from aureole.people.restriction import refuse_frozen, refuse_unless_active
from aureole.privacy.consent.sending import refuse_unless_may_send
from aureole.staff.permissions import require


def reply(
    *,
    ticket: Ticket,
    text: str,
    by: Actor,
    files: Sequence[NewFile] = (),
    copies: Sequence[Person] = (),
    status: str = Status.WAITING,
    at: datetime | None = None,
    send: bool = True,
    purpose: str = "answer_enquiries",
) -> Message:
    """Answer the requester. The words are about them, so they are sealed under their key.

    copies  persons who get it too
    status  what the ticket is afterwards
    send    False keeps the answer here without queueing mail (imports, sample data)
    purpose why they are written to; what goes beyond an answer may need their consent

    Raises Refused for an empty answer, when the requester has no address or is a child without a guardian where
    answering rests on consent, and when anybody who gets it has not agreed to the purpose or objected to it, is
    restricted or was erased.
    """
    require(by, "desk.reply")
    requester = _reachable(ticket)
    if not text.strip() and not files:
        raise Refused("reply_empty", "There is nothing to send yet. Write an answer first; nothing was sent.")
    moment = at or now()
    address = address_of(requester)
    recipients = [a for a in (address, *(address_of(p) for p in copies)) if a]
    with transaction.atomic():
        for one in sorted(
            {requester.id, *(person.id for person in copies)}
        ):  # their addresses stand in the mail
            refuse_unless_active(one)
            refuse_unless_may_send(one, purpose)
        refuse_without_guardian(requester, for_purpose=purpose)
        message = Message(
            person=requester, author_id=by.person_id, kind=MessageKind.PUBLIC, direction=Direction.OUT,
            sent_at=moment, created_at=moment, text=text.strip(),
            parties={"from": None, "to": [_party(requester)], "cc": [_party(p) for p in copies]},
        )  # fmt: skip
        add_message(ticket, message, files)
        _after(ticket, by, moment, status)
        record("desk.replied", by=by, person=requester.id, attachments=len(files), recipients=len(recipients))
        if send:
            message.delivery = delivery.queue(message, recipients, purpose)
            Message.objects.filter(pk=message.pk).update(delivery=message.delivery)
        announce(ReplySent(message_id=message.id))
    return message


def _reachable(ticket: Ticket) -> Person:
    requester = ticket.requester
    if requester is None or requester.status == PersonStatus.ERASING:
        raise _gone()
    refuse_frozen(requester)
    if address_of(requester) is None:
        raise Refused(
            "requester_without_address",
            "We have no e-mail address of this person, so nothing was sent. Your words are still here.",
        )
    return requester


def _gone() -> Refused:
    return Refused(
        "requester_gone",
        "This person was erased or may not be written to now, so nothing was sent. Your words are still here.",
    )


def _party(person: Person) -> dict[str, str]:
    return {"name": shown_name(person), "address": address_of(person) or ""}


def _after(ticket: Ticket, by: Actor, moment: datetime, status: str) -> None:
    if ticket.first_answered_at is None:
        ticket.first_answered_at = moment
        Ticket.objects.filter(pk=ticket.pk).update(first_answered_at=moment)
    forget_draft(ticket=ticket, kind=MessageKind.PUBLIC, by=by)
    set_status(ticket=ticket, status=status, by=by, at=moment)


__all__ = ["DeliveryState", "reply"]
