"""Who wrote what, drawn from a seed: the same texts for the same part, whichever process tells it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from aureole.channels.email.identities import mail_identity, message_id_digest
from aureole.channels.email.models import InboundMail, MessageIdentity, OutboundMail
from aureole.desk.models import Attachment, Change, Message, Participant, Ticket
from aureole.kernel.text import excerpt
from aureole.people.models import Identifier, Person
from aureole.vault import blind_index
from aureole.vault.models import BlindIndexEntry
from bench.making.ids import id_at
from bench.making.plan import MESSAGES_EACH, PERSONS, TICKETS_EACH, Colleague, Extra, Known, Plan
from bench.making.rows import Happening, Rows
from bench.words import Speech

STATUSES = ("open", "open", "waiting", *["solved"] * 3, *["closed"] * 4)
_HOUR = timedelta(hours=1)


def tell(plan: Plan, part: int) -> Rows:
    """The rows of one part of the company."""
    return Teller(plan, part).tell()


def add_person(rows: Rows, name: str, address: str, at: datetime) -> Known:
    """A person as a first mail makes one, but for the keys."""
    person = Person(id=id_at(at), source="email", language="en", created_at=at, name=name)
    identifier = Identifier(
        id=id_at(at), person_id=person.id, kind="email", value=address, shown=address, created_at=at
    )
    digest = blind_index.digest("email", address)
    claim = BlindIndexEntry(
        id=id_at(at), kind="email", digest=digest, person_id=person.id, row_id=identifier.id
    )
    rows.persons.append(person)
    rows.identifiers.append(identifier)
    rows.claims.append(claim)
    rows.happenings.append(Happening("people.created", at, None, person.id, {"source": "email"}))
    return Known(person.id, name, address)


def address_of(name: str, serial: object) -> str:
    return f"{name.replace(' ', '.').lower()}{serial}@mail.example"


class Teller:
    def __init__(self, plan: Plan, part: int) -> None:
        self.plan, self.part = plan, part
        self.rows = Rows()
        self.speech = Speech(plan.seed, f"part {part}")
        self.people: list[Known] = []
        self.numbers = iter(plan.numbers(part))

    def tell(self) -> Rows:
        rng = self.speech.rng
        tickets, messages = list(TICKETS_EACH), list(MESSAGES_EACH)
        rng.shuffle(tickets)
        rng.shuffle(messages)
        for place in range(PERSONS):
            moments = sorted(self._moment() for _ in range(tickets[place]))
            name = self.speech.name()
            address = address_of(name, self.part * PERSONS + place)
            person = add_person(self.rows, name, address, moments[0])
            for opened in moments:
                self._ticket(person, opened, messages.pop(), files=int(rng.random() < 0.1))
            self.people.append(person)
        for extra in self.plan.extras(self.part):
            self._extra(extra)
        return self.rows

    def _extra(self, extra: Extra) -> None:
        """From a stream of its own: how many parts there are must not change the texts."""
        own, self.speech = self.speech, Speech(self.plan.seed, extra.stream)
        self._ticket(
            extra.person, self._moment(), extra.messages, files=extra.files, status=extra.status, alone=True
        )
        self.speech = own

    def _moment(self) -> datetime:
        return self.plan.moment(self.part, self.speech.rng.random())

    def _ticket(
        self,
        person: Known,
        opened: datetime,
        messages: int,
        *,
        files: int,
        status: str = "",
        alone: bool = False,
    ) -> None:
        rng = self.speech.rng
        mine = rng.random() < 0.5
        chosen = self.plan.colleagues[0] if mine else rng.choice([None, *self.plan.colleagues])
        ticket = Ticket(
            id=id_at(opened),
            number=next(self.numbers), requester_id=person.id, subject=self.speech.subject(), channel="email",
            status="open", created_at=opened, updated_at=opened, message_count=messages, last_message_at=opened,
            assignee_id=chosen.agent_id if chosen else None,
        )  # fmt: skip
        self.rows.tickets.append(ticket)
        self._happened("desk.opened", opened, None, person, channel="email")
        copied = rng.choice(self.people) if self.people and not alone and rng.random() < 0.05 else None
        if copied is not None:
            self.rows.participants.append(
                Participant(id=id_at(opened), ticket_id=ticket.id, person_id=copied.id)
            )
        for number in range(messages):
            at = opened + number * _HOUR
            self._message(ticket, person, copied, at, number, file=number % 2 == 0 and number < 2 * files)
        self._end(ticket, person, status or rng.choice(STATUSES))

    def _end(self, ticket: Ticket, person: Known, status: str) -> None:
        at = ticket.last_message_at + _HOUR
        if ticket.status != status:
            self._set_status(ticket, person, status, at, self.speech.rng.choice(self.plan.colleagues))
        ticket.closed_at = at if status in ("solved", "closed") else None

    def _set_status(
        self, ticket: Ticket, person: Known, status: str, at: datetime, by: Colleague | None
    ) -> None:
        self.rows.changes.append(
            Change(
                id=id_at(at),
                ticket_id=ticket.id, at=at, by_id=by.agent_id if by else None, kind="status",
                before=ticket.status, after=status,
            )
        )  # fmt: skip
        self._happened("desk.status_set", at, by, person, to=status)
        ticket.status, ticket.updated_at = status, at

    # ------------------------------------------------------------------ messages

    def _message(
        self, ticket: Ticket, person: Known, copied: Known | None, at: datetime, number: int, *, file: bool
    ) -> None:
        incoming = number % 2 == 0
        by = None if incoming else self.speech.rng.choice(self.plan.colleagues)
        message = self._incoming(person, copied, at) if by is None else self._outgoing(person, copied, at, by)
        message.ticket_id = ticket.id
        self.rows.messages.append(message)
        ticket.last_message_id = message.id
        ticket.last_message_at = ticket.updated_at = at
        if file:
            self._file(message)
        if by is None:
            self._arrived(ticket, message, files=int(file))
            self._happened("desk.received", at, None, person, attachments=int(file), kind="public")
            if ticket.status != "open":
                self._set_status(ticket, person, "open", at, None)
        else:
            ticket.first_answered_at = ticket.first_answered_at or at
            self._happened("desk.replied", at, by, person, attachments=0, recipients=1)
            self._set_status(ticket, person, "waiting", at, by)
            self._sent(message, person)

    def _incoming(self, person: Known, copied: Known | None, at: datetime) -> Message:
        speech = self.speech
        text = speech.text()
        quoted = speech.rng.random() < 0.3
        parties: dict[str, Any] = {
            "from": _party(person), "to": [{"name": "Support", "address": settings.AUREOLE_MAILBOX}],
            "cc": [_party(copied)] if copied else [], "reply_to": [],
        }  # fmt: skip
        return Message(
            id=id_at(at), sent_at=at, created_at=at,
            person_id=person.id, author_id=person.id, direction="in", delivery="none", language="en",
            text=f"{text}\n\n> {speech.text(20)}" if quoted else text, new_text=text if quoted else None,
            excerpt=excerpt(text), html=f"<p>{text}</p>" if speech.rng.random() < 0.3 else None, parties=parties,
        )  # fmt: skip

    def _outgoing(self, person: Known, copied: Known | None, at: datetime, by: Colleague) -> Message:
        text = self.speech.text()
        parties: dict[str, Any] = {
            "from": None,
            "to": [_party(person)],
            "cc": [_party(copied)] if copied else [],
        }
        return Message(
            id=id_at(at), sent_at=at, created_at=at,
            person_id=person.id, author_id=by.person_id, direction="out", delivery="sent", language="en",
            text=text, excerpt=excerpt(text), parties=parties,
        )  # fmt: skip

    def _arrived(self, ticket: Ticket, message: Message, *, files: int) -> None:
        name = self._identity(message, "mail.example")
        raw = f"Message-ID: <{name}>\r\n\r\n{message.text}".encode()
        self.rows.inbound.append(
            InboundMail(
                id=id_at(message.sent_at),
                mailbox=settings.AUREOLE_MAILBOX, identity=mail_identity(raw, settings.AUREOLE_MAILBOX),
                state="accepted", attempts=1, size=len(raw) + 900 + 4_000 * files, received_at=message.sent_at,
                settled_at=message.sent_at, person_id=message.person_id, ticket_id=ticket.id, message_id=message.id,
            )
        )  # fmt: skip

    def _sent(self, message: Message, person: Known) -> None:
        self._identity(message, settings.AUREOLE_MAIL_DOMAIN)
        at = message.sent_at
        self.rows.outbound.append(
            OutboundMail(
                id=id_at(at),
                message_id=message.id, person_id=person.id, address=person.address, state="sent", attempts=1,
                created_at=at, settled_at=at,
            )
        )  # fmt: skip
        self._happened("mail.sent", at, None, person, attempts=1)

    def _identity(self, message: Message, domain: str) -> str:
        name = f"{self.speech.rng.getrandbits(160):040x}@{domain}"
        self.rows.identities.append(
            MessageIdentity(
                id=id_at(message.sent_at),
                message_id=message.id,
                person_id=message.person_id,
                digest=message_id_digest(name),
                value=name,
            )
        )
        return name

    def _file(self, message: Message) -> None:
        """Mostly small; one in five too large for the row."""
        rng = self.speech.rng
        size = 60_000 if rng.random() < 0.2 else 3_000
        self.rows.contents.append(rng.randbytes(size))
        self.rows.attachments.append(
            Attachment(
                id=id_at(message.sent_at),
                message_id=message.id, person_id=message.person_id, name=f"{self.speech.draw(1)[0]}.bin",
                content_type="application/octet-stream",
            )
        )  # fmt: skip

    def _happened(
        self, type: str, at: datetime, by: Colleague | None, person: Known, **facts: int | str
    ) -> None:
        agent: uuid.UUID | None = by.person_id if by else None
        self.rows.happenings.append(Happening(type, at, agent, person.id, facts))


def _party(person: Known) -> dict[str, str]:
    return {"name": person.name, "address": person.address}


def texts(rows: Rows) -> Iterator[str]:
    """Every word drawn, without ids and times: equal for equal seeds."""
    yield from (str(person.name) for person in rows.persons)
    for ticket in rows.tickets:
        yield f"{ticket.number} {ticket.subject} {ticket.status}"
    for message in rows.messages:
        yield f"{message.text} {message.html} {message.parties}"
