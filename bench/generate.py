"""A company of any size from a seed: people, tickets, messages, files; sealed for us, plain for the floor."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from aureole.desk.models import Attachment, Message, Participant, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.kernel.text import excerpt
from aureole.people.models import Identifier, Person
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.staff.actions.add_agent import add_agent
from aureole.staff.models import Agent
from aureole.vault import blind_index
from aureole.vault.files import seal_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import mint
from aureole.vault.models import BlindIndexEntry, SealedFile
from aureole.vault.unlock import unlock
from bench.floor import Floor
from bench.words import Speech

BUSY_TICKETS, BUSY_MESSAGES = 25, 20
HEAVY_PERSONS, HEAVY_TICKETS, HEAVY_FILES = 6, 20, 20
PEOPLE_AT_ONCE = 100
_GROUPS = (KeyGroup.IDENTITY, KeyGroup.CORRESPONDENCE, KeyGroup.EVIDENCE)
_YEAR = timedelta(days=365)
_STATUSES = ("open", "open", "waiting", "solved", "solved", "solved", "closed", "closed", "closed", "closed")


@dataclass
class Company:
    """What the works measure.

    busy    numbers of tickets with 20 messages each
    heavy   persons with 200 messages and 20 files each
    """

    size: int
    speech: Speech
    floor: Floor
    agent: Agent
    agents: list[Agent]
    addresses: list[str] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    heavy: list[uuid.UUID] = field(default_factory=list)


@dataclass
class Batch:
    """Rows not saved yet, by table."""

    persons: list[Person] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    claims: list[BlindIndexEntry] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)


class Generator:
    def __init__(self, size: int, seed: int) -> None:
        self.speech = Speech(seed)
        self.rng = self.speech.rng
        self.start = now() - _YEAR
        self.numbers = _numbers()
        agents = [_agent(self.speech.name(), number) for number in range(5)]
        self.company = Company(size=size, speech=self.speech, floor=Floor(), agent=agents[0], agents=agents)
        self.batch = Batch()
        self.made = 0

    def run(self) -> Company:
        self.company.floor.copy(unlock(agent.person for agent in self.company.agents))
        for _ in range(HEAVY_PERSONS):
            self._heavy_person()
        for _ in range(BUSY_TICKETS):
            self.company.busy.append(
                self._ticket(self._person(), BUSY_MESSAGES, files=2, status="open").number
            )
        while self.made < self.company.size:
            self._person_with_tickets()
            if len(self.batch.persons) >= PEOPLE_AT_ONCE:
                self._save()
        self._save()
        self.company.floor.settle()
        return self.company

    # ------------------------------------------------------------------ rows

    def _heavy_person(self) -> None:
        person = self._person()
        self.company.heavy.append(person.id)
        for _ in range(HEAVY_TICKETS):
            self._ticket(person, 200 // HEAVY_TICKETS, files=HEAVY_FILES // HEAVY_TICKETS)

    def _person_with_tickets(self) -> None:
        person = self._person()
        for _ in range(self.rng.choice((1, 1, 2, 3, 5))):
            self._ticket(person, self.rng.choice((2, 3, 4, 5, 8)), files=self.rng.random() < 0.1)

    def _person(self) -> Person:
        name = self.speech.name()
        address = f"{name.replace(' ', '.').lower()}{len(self.company.addresses)}@mail.example"
        person = Person(id=new_id(), source="email", language="en", created_at=self._moment(), name=name)
        with transaction.atomic(using="keys"):
            mint(person.id, _GROUPS)
        identifier = Identifier(
            person=person, kind="email", value=address, shown=address, created_at=person.created_at
        )
        digest = blind_index.digest("email", address)
        claim = BlindIndexEntry(kind="email", digest=digest, person_id=person.id, row_id=identifier.id)
        self.batch.persons.append(person)
        self.batch.identifiers.append(identifier)
        self.batch.claims.append(claim)
        self.company.addresses.append(address)
        person.bench_address = address  # type: ignore[attr-defined]
        return person

    def _moment(self) -> datetime:
        return self.start + self.rng.random() * _YEAR * 0.98

    def _ticket(self, person: Person, messages: int, *, files: int = 0, status: str = "") -> Ticket:
        opened = self._moment()
        mine = self.rng.random() < 0.5
        ticket = Ticket(
            number=next(self.numbers), requester=person, subject=self.speech.subject(), channel="email",
            status=status or self.rng.choice(_STATUSES), created_at=opened, updated_at=opened,
            assignee=self.company.agent if mine else self.rng.choice([None, *self.company.agents]),
            message_count=messages, last_message_at=opened,
        )  # fmt: skip
        self.batch.tickets.append(ticket)
        self.batch.participants.append(Participant(ticket=ticket, person_id=person.id))
        for number in range(messages):
            at = opened + timedelta(hours=number * 1.0)
            message = self._message(ticket, person, at, incoming=number % 2 == 0)
            if number < 2 * files and number % 2 == 0:
                self._file(message)
        ticket.last_message_id = message.id
        ticket.last_message_at = ticket.updated_at = message.sent_at
        return ticket

    def _message(self, ticket: Ticket, person: Person, at: datetime, *, incoming: bool) -> Message:
        text = self.speech.text()
        author = person if incoming else self.rng.choice(self.company.agents).person
        them = {"name": str(person.name), "address": person.bench_address}  # type: ignore[attr-defined]
        us = {"name": "Support", "address": "support@localhost"}
        parties: dict[str, Any] = {"from": them, "to": [us]} if incoming else {"from": us, "to": [them]}
        quoted = incoming and self.rng.random() < 0.3
        message = Message(
            ticket=ticket, person=person, author=author, direction="in" if incoming else "out",
            delivery="none" if incoming else "sent", sent_at=at, created_at=at, language="en",
            text=text + "\n\n> " + self.speech.text(20) if quoted else text,
            new_text=text if quoted else None, excerpt=excerpt(text), parties=parties,
            html=f"<p>{text}</p>" if incoming and self.rng.random() < 0.3 else None,
        )  # fmt: skip
        self.batch.messages.append(message)
        self.made += 1
        return message

    def _file(self, message: Message) -> None:
        """Mostly small; one in five too large for the row."""
        size = 60_000 if self.rng.random() < 0.2 else 3_000
        content = self.rng.randbytes(size)
        attachment = Attachment(
            message=message, person_id=message.person_id, name=f"{self.speech.draw(1)[0]}.bin",
            content_type="application/octet-stream",
        )  # fmt: skip
        self.batch.attachments.append(attachment)
        self.batch.contents.append(content)

    # ------------------------------------------------------------------ saving

    def _save(self) -> None:
        batch, self.batch = self.batch, Batch()
        with transaction.atomic():
            for attachment, content in zip(batch.attachments, batch.contents, strict=True):
                attachment.file = seal_file(content, person_id=attachment.person_id)
            tables: tuple[tuple[Any, list[Any]], ...] = (
                (Person, batch.persons), (Identifier, batch.identifiers), (BlindIndexEntry, batch.claims),
                (Ticket, batch.tickets), (Message, batch.messages), (Participant, batch.participants),
                (Attachment, batch.attachments),
            )  # fmt: skip
            for model, rows in tables:
                model.objects.bulk_create(rows, batch_size=500)
            documents = list(_documents(batch))
            index_documents(documents)
        self._save_plain(batch, documents)

    def _save_plain(self, batch: Batch, documents: list[Document]) -> None:
        floor = self.company.floor
        for rows in (batch.persons, batch.identifiers, batch.tickets, batch.messages, batch.participants):
            floor.copy(rows)
        floor.copy(batch.attachments)
        floor.copy([_plain_file(a.file, c) for a, c in zip(batch.attachments, batch.contents, strict=True)])
        floor.copy_words(documents)


def _plain_file(file: SealedFile, content: bytes) -> SealedFile:
    """The row as it would be with nothing sealed: the bytes in it, whatever their size."""
    return SealedFile(
        id=file.id, person_id=file.person_id, group=file.group, size=file.size, envelope=b"", inline=content,
        created_at=file.created_at,
    )  # fmt: skip


def _documents(batch: Batch) -> Iterator[Document]:
    """As the modules hand them in."""
    for person, identifier in zip(batch.persons, batch.identifiers, strict=True):
        texts = [str(person.name), str(identifier.value)]
        yield Document(
            kind="person", row_id=person.id, person_id=person.id, at=person.created_at, texts=texts[:1],
            prefix_texts=texts, exact=texts[1:], language="en",
        )  # fmt: skip
    for ticket in batch.tickets:
        yield Document(
            kind="ticket", row_id=ticket.id, person_id=ticket.requester_id or ticket.id, at=ticket.created_at,
            texts=[str(ticket.subject)], exact=[str(ticket.number)], language="en",
        )  # fmt: skip
    for message in batch.messages:
        yield Document(
            kind="message", row_id=message.id, person_id=message.person_id, at=message.sent_at,
            texts=[str(message.text), *_names(message)], exact=_addresses(message), language="en",
        )  # fmt: skip


def _names(message: Message) -> list[str]:
    parties = message.parties or {}
    return [parties["from"]["name"], parties["to"][0]["name"]]


def _addresses(message: Message) -> list[str]:
    parties = message.parties or {}
    return [parties["from"]["address"], parties["to"][0]["address"]]


def _numbers() -> Iterator[int]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('desk_ticket_number') FROM generate_series(1, 1000)")
            numbers = [int(row[0]) for row in cursor.fetchall()]
        yield from numbers


def _agent(name: str, number: int) -> Agent:
    return add_agent(
        address=f"agent{number}@localhost.example", name=name, role="admin" if number == 0 else "agent",
        by=Actor.operator(),
    )  # fmt: skip


def generate(size: int, seed: int) -> Company:
    """`size` messages, with what belongs to them. The same seed makes the same texts."""
    return Generator(size, seed).run()


__all__ = ["Company", "generate"]
