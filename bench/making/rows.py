"""Rows of one job before they are saved: the product's own models, in plain words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, fields
from datetime import datetime

from aureole.channels.email.models import InboundMail, MessageIdentity, OutboundMail
from aureole.desk.models import Attachment, Change, Message, Participant, Ticket
from aureole.people.models import Identifier, Person
from aureole.vault.models import BlindIndexEntry


@dataclass(frozen=True, slots=True)
class Happening:
    """A line for the log, before there is a pseudonym to write it under."""

    type: str
    at: datetime
    agent: uuid.UUID | None
    person: uuid.UUID
    facts: dict[str, int | str]


@dataclass
class Rows:
    """By table; `contents` are the bytes of `attachments`, in the same order."""

    persons: list[Person] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    claims: list[BlindIndexEntry] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    identities: list[MessageIdentity] = field(default_factory=list)
    inbound: list[InboundMail] = field(default_factory=list)
    outbound: list[OutboundMail] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def add(self, more: Rows) -> None:
        for each in fields(self):
            getattr(self, each.name).extend(getattr(more, each.name))
