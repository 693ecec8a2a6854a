"""A parsed mail becomes a message in a ticket. Runs inside the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aureole.channels.email.bounces import note_bounce, reported_message
from aureole.channels.email.models import QuarantineReason
from aureole.channels.email.parsed import Address, Automatic, ParsedMail
from aureole.channels.email.quoting import split
from aureole.channels.email.reply_address import is_ours
from aureole.channels.email.threading import Known, Place, find_known, find_place, remember, written_to
from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.receive_message import receive_message
from aureole.desk.brands import first_brand
from aureole.desk.models import Channel, Direction, Message, MessageKind, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused, note_refusal
from aureole.kernel.ids import new_id
from aureole.ledger import record as ledger
from aureole.people.actions.recognise_person import recognise_person
from aureole.people.models import Person, PersonStatus
from aureole.privacy.rights.codes import spend_quoted_codes
from aureole.privacy.suppression.keeping_away import CODE as SUPPRESSED
from aureole.search import index as search_index

MAX_COPIES = 20
Brands = Mapping[str, uuid.UUID]
_KINDS = {
    Automatic.REPLY: MessageKind.AUTOMATIC,
    Automatic.REPORT: MessageKind.BOUNCE,
}


_APART = {
    "person_frozen": QuarantineReason.SENDER_FROZEN,
    SUPPRESSED: QuarantineReason.SENDER_ERASED,
}


class SetApart(Exception):
    """This mail is understood and is not put into a ticket now."""

    def __init__(self, reason: QuarantineReason) -> None:
        super().__init__(str(reason))
        self.reason = str(reason)


@dataclass(frozen=True, slots=True)
class Filed:
    """Whose mail it was, the message it became, whether that opened a ticket, whether its Message-ID was known."""

    person: Person
    message: Message
    opened: bool
    repeats_id: bool


def file_mail(mail: ParsedMail, moment: datetime) -> Filed:
    """Raises SetApart."""
    known = find_known(mail)
    _refuse_our_own(mail, known)
    reported = reported_message(mail, known)
    if reported is not None and reported.ticket.requester is not None:
        # A delivery report tells of the person we wrote to, not of the program that wrote it.
        person, place = reported.ticket.requester, Place(reported.ticket)
        note_bounce(mail, reported)
    else:
        person = _sender(mail)
        place = _beside_restricted(find_place(mail, person.id, known), person)
    _refuse_frozen(person)
    message_id = new_id()
    ticket = place.joins or _new_ticket(mail, person, place, moment, message_id, known.brands)
    message = _message(mail, ticket, person, moment, message_id, known.brands)
    if mail.message_id:
        remember(mail.message_id, message=message.id, person_id=person.id)
    spend_quoted_codes((mail.subject, mail.text, mail.html or ""), author_id=person.id)
    return Filed(person, message, opened=place.joins is None, repeats_id=bool(known.repeated))


def _is_ours(address: str, brands: Brands) -> bool:
    return is_ours(address) or first_brand([address], brands) is not None


def _refuse_our_own(mail: ParsedMail, known: Known) -> None:
    """Our own mail come back (a forwarding loop) is never taken for a customer's."""
    came_back = any(message.direction == Direction.OUT for message in known.repeated)
    if _is_ours(mail.sender.address, known.brands) or came_back:
        raise SetApart(QuarantineReason.FROM_OURSELVES)


def _sender(mail: ParsedMail) -> Person:
    try:
        return recognise_person(
            kind="email", value=mail.sender.address, name=mail.sender.name, source="email",
            language=mail.language, by=Actor.system(),
        )  # fmt: skip
    except Refused as refusal:
        raise SetApart(_APART.get(refusal.code, QuarantineReason.SENDER_UNUSABLE)) from None


def _refuse_frozen(person: Person) -> None:
    if person.status != PersonStatus.ACTIVE:
        raise SetApart(QuarantineReason.SENDER_FROZEN)


def _beside_restricted(place: Place, sender: Person) -> Place:
    """What somebody else writes into a restricted person's matter would be kept from agents: it opens its own."""
    ticket = place.joins
    if ticket is None or ticket.requester_id == sender.id or ticket.requester is None:
        return place
    restricted = ticket.requester.status == PersonStatus.RESTRICTED
    return Place(None, guessed=ticket) if restricted else place


def _new_ticket(
    mail: ParsedMail,
    person: Person,
    place: Place,
    moment: datetime,
    first_message: uuid.UUID,
    brands: Brands,
) -> Ticket:
    return open_ticket(
        requester=person, subject=mail.subject, channel=Channel.EMAIL, by=Actor.system(), at=moment,
        linked_to=place.guessed, stranger=place.stranger, first_message=first_message,
        brand_id=first_brand(written_to(mail), brands),
    )  # fmt: skip


def _message(
    mail: ParsedMail,
    ticket: Ticket,
    person: Person,
    moment: datetime,
    message_id: uuid.UUID,
    brands: Brands,
) -> Message:
    new_text = split(mail.text).new_text
    return receive_message(
        ticket=ticket, author=person, by=Actor.system(), sent_at=moment,
        text=mail.text, html=mail.html or None, new_text=new_text if new_text != mail.text else None,
        parties=_parties(mail), files=_files(mail), participants=_copied(mail, person, brands),
        kind=_KINDS.get(mail.automatic, MessageKind.PUBLIC), language=mail.language,
        message_id=message_id,
    )  # fmt: skip


def _parties(mail: ParsedMail) -> dict[str, Any]:
    return {
        "from": _party(mail.sender),
        "to": [_party(a) for a in mail.to],
        "cc": [_party(a) for a in mail.cc],
        "reply_to": [_party(a) for a in mail.reply_to],
    }


def _party(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _files(mail: ParsedMail) -> list[NewFile]:
    return [
        NewFile(name=f.name, content_type=f.content_type, content=f.content, content_id=f.cid or None)
        for f in (*mail.attachments, *mail.inline)
    ]


def _copied(mail: ParsedMail, sender: Person, brands: Brands) -> list[uuid.UUID]:
    """Whom a person copied in may write into the conversation; it shows them nothing of it."""
    if mail.automatic is not Automatic.NO:
        return []
    others = [
        a
        for a in mail.cc
        if not _is_ours(a.address, brands) and a.address.lower() != mail.sender.address.lower()
    ]
    return [p.id for p in (_mentioned(a) for a in others[:MAX_COPIES]) if p is not None and p.id != sender.id]


def _mentioned(address: Address) -> Person | None:
    try:
        with transaction.atomic(), search_index.gathered(), ledger.gathered():  # one refused leaves nothing
            person = recognise_person(
                kind="email", value=address.address, name=address.name, source="mentioned", by=Actor.system()
            )
    except Refused as refusal:
        note_refusal(refusal)  # in the log of this mail: only the copy line was undone
        return None
    return person if person.status == PersonStatus.ACTIVE else None
