"""Which ticket a mail belongs to, and whether its sender may join it.

Knowing a ticket's number, a Message-ID or a subject is not enough: the reply address must be signed for this
very person, or the person must already be part of the ticket the mail refers to. Anyone else's mail opens a
ticket of its own that points at the one it seems to mean; agents see that, the thread does not.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import QuerySet

from aureole.channels.email.identities import message_id_digest
from aureole.channels.email.models import MessageIdentity
from aureole.channels.email.parsed import ParsedMail
from aureole.channels.email.reply_address import find_tag, is_signed_for
from aureole.desk.brands import BRANDS_AT, as_compared
from aureole.desk.models import Message, Participant, Ticket
from aureole.kernel.compiled import Compiled
from aureole.kernel.inserting import insert_rows

_MOST_REFERENCES = 40
_BEARERS = "SELECT digest, NULL, message_id FROM email_message_identity WHERE digest = ANY(%s)"
_KNOWN = f"{_BEARERS} UNION ALL SELECT NULL, address, brand_id FROM ({BRANDS_AT}) AS brands"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail goes: into `joins`; or into a new ticket, pointing at `guessed` where there is one.

    stranger  the mail claims a thread its sender has no part in
    """

    joins: Ticket | None
    guessed: Ticket | None = None
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is here already of the conversation a mail says it is part of.

    answered    messages the mail refers to, the nearest first
    repeated    messages that bear the mail's own Message-ID
    brands      the brands whose addresses it names as sender or recipient, by address as compared
    """

    answered: tuple[Message, ...]
    repeated: tuple[Message, ...]
    brands: Mapping[str, uuid.UUID] = field(default_factory=dict)

    @property
    def tickets(self) -> list[Ticket]:
        return list({message.ticket_id: message.ticket for message in self.answered}.values())


def find_place(mail: ParsedMail, person_id: uuid.UUID, known: Known) -> Place:
    tag = find_tag(written_to(mail))
    tagged = Ticket.objects.filter(number=tag.number).first() if tag else None
    if tag and tagged and is_signed_for(tag, ticket_id=tagged.id, person_id=person_id):
        return Place(tagged)
    for ticket in known.tickets:
        if _is_part_of(ticket, person_id):
            return Place(ticket)
    guessed = tagged or next(iter(known.tickets), None)
    return Place(None, guessed, stranger=bool(tag or known.tickets))


def referenced(mail: ParsedMail) -> list[str]:
    """Message-IDs the mail answers, the nearest first."""
    ids = [*mail.in_reply_to, *reversed(mail.references)]
    if mail.report and mail.report.original_message_id:
        ids.insert(0, mail.report.original_message_id)
    return list(dict.fromkeys(ids))[:_MOST_REFERENCES]


def find_known(mail: ParsedMail) -> Known:
    """One query for a mail that starts a conversation, two for one that goes on with it."""
    wanted = {message_id_digest(i): n for n, i in enumerate(referenced(mail))}
    own = message_id_digest(mail.message_id) if mail.message_id else b""
    every = [*wanted, own] if own else list(wanted)
    found, brands = _look_up(every, as_compared([mail.sender.address, *written_to(mail)]))
    if not found:
        return Known((), (), brands)
    ids = {message_id for _, message_id in found}
    named = {f"id_{number}": message_id for number, message_id in enumerate(ids)}
    messages = {message.id: message for message in _messages.objects(**named)}
    answered = sorted((f for f in found if f[0] in wanted), key=lambda f: wanted[f[0]])
    return Known(
        tuple(messages[i] for _, i in answered),
        tuple(messages[i] for digest, i in found if digest == own),
        brands,
    )


def _build_messages(**ids: uuid.UUID) -> QuerySet[Message]:
    rows = Message.objects.filter(pk__in=ids.values()).select_related("ticket__requester")
    return rows.defer("text", "new_text", "html")


_messages: Compiled[Message] = Compiled(_build_messages)


def written_to(mail: ParsedMail) -> list[str]:
    """Every address the mail went to, the nearest to what its sender typed first."""
    return [*(a.address for a in (*mail.to, *mail.cc)), *mail.delivered_to]


def _look_up(
    digests: list[bytes], addresses: list[str]
) -> tuple[list[tuple[bytes, uuid.UUID]], dict[str, uuid.UUID]]:
    """Digest and id of the messages that bear one of these, and the brands of the addresses.

    Each mail asks, so both are asked at once and without the ORM.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [digests, addresses])
        rows = cursor.fetchall()
    bearers = [(bytes(digest), row_id) for digest, _, row_id in rows if digest is not None]
    return bearers, {address: row_id for digest, address, row_id in rows if digest is None}


def _is_part_of(ticket: Ticket, person_id: uuid.UUID) -> bool:
    if ticket.requester_id == person_id:
        return True
    return Participant.objects.filter(ticket=ticket, person_id=person_id).exists()


def remember(message_id: str, *, message: uuid.UUID, person_id: uuid.UUID) -> None:
    """Let replies to this Message-ID find the message."""
    row = MessageIdentity(
        message_id=message, person_id=person_id, digest=message_id_digest(message_id), value=message_id
    )
    insert_rows([row])
