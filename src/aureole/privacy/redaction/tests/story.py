"""An answer that tells of others, and the package it becomes."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import json
import quopri
import zipfile
from typing import Any

import pytest

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.export.stored import open_export
from aureole.privacy.models import AnswerHit, AnswerReading, HitStanding, RightsRequest
from aureole.privacy.redaction.actions.decide_hit import decide_hit
from aureole.privacy.redaction.actions.mark_passage import mark_passage
from aureole.privacy.redaction.actions.read_answer import read_answer
from aureole.privacy.redaction.rows import rows_at, texts_of
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
SECRET = "the glue is twelve parts birch tar"
NUMBER = "+46 70 555 01 23"


class Story:
    """Ada asks. Signe's answers name Grace, whom we know, a number nobody knows, and how the glue is made."""

    def __init__(self, personas: Personas) -> None:
        self.ada: Person = personas.person("Ada Lindqvist", "ada@brevduva.example")
        self.grace: Person = personas.person("Grace Hopper", "grace@navy.example")
        self.signe: Agent = personas.agent("Signe Holm", role="privacy_officer")
        self.second: Agent = personas.agent("Bo Ek", role="admin")
        self.ticket: Ticket = personas.ticket(self.ada, text="My neighbour Nils saw it break.")
        personas.copied(self.ticket, self.grace)
        self.answer: Message = reply(
            ticket=self.ticket, by=self.signe.actor, send=False,
            text=f"Dear Ada,\nGrace Hopper has the tent too; ring the smith, {NUMBER}.\nYou see, {SECRET}.\nBye, Signe",
            files=[
                NewFile(name="smith.txt", content_type="text/plain", content=f"The smith: {NUMBER}".encode()),
                NewFile(name="care.txt", content_type="text/plain", content=b"Dry it before you fold it."),
            ],
        )  # fmt: skip
        self.note: Message = add_note(
            ticket=self.ticket, by=self.signe.actor, text="She knows that the glue is\ntwelve parts birch tar."
        )  # fmt: skip
        self.request = open_request(kind="access", person_id=self.ada.id, channel="cli", by=OPERATOR)
        vouch_identity(request_id=self.request.id, how="at the counter", by=OPERATOR)

    def read(self) -> AnswerReading:
        return read_answer(request_id=self.request.id, by=self.signe.actor)

    def hits(self, **kind: Any) -> list[AnswerHit]:
        return list(AnswerHit.objects.filter(request=self.request, **kind).order_by("position", "id"))

    def decide(self, hit: AnswerHit, decision: str, **more: Any) -> int:
        return decide_hit(
            request_id=self.request.id, hit_id=hit.id, decision=decision, by=self.signe.actor, **more
        )

    def decide_all(self, decision: str) -> None:
        for hit in self.hits(standing=HitStanding.DOUBTFUL, decision=""):
            self.decide(hit, decision)

    def mark(self, passage: str, row: Message | None = None, **more: Any) -> AnswerHit:
        row = row or self.answer
        return mark_passage(
            request_id=self.request.id, table=row._meta.db_table, row_id=row.id, passage=passage,
            by=self.signe.actor, **more,
        )  # fmt: skip

    def prepare(self) -> RightsRequest:
        return prepare_request(request_id=self.request.id, by=self.signe.actor)

    def complete(self) -> RightsRequest:
        return complete_request(request_id=self.request.id, by=OPERATOR)

    def package(self) -> Package:
        """Prepared, released by another, carried out, opened."""
        approve_request(request_id=self.prepare().id, by=self.second.actor)
        outcome = self.complete().outcome
        assert outcome is not None
        _, chunks = open_export(outcome["package"])
        return Package(b"".join(chunks))


class Package:
    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self.files = {name: package.read(name) for name in package.namelist()}
        self.manifest = json.loads(self.files["manifest.json"])

    def holds(self, words: str) -> bool:
        """Whether the words are anywhere, in any encoding a file of the package uses, line breaks undone."""
        forms = [
            words.encode(),
            base64.b64encode(words.encode()),
            *map(words.encode, ("utf-16-le", "utf-16-be")),
        ]
        read = [*self.files.values(), *(name.encode() for name in self.files)]
        for name, content in self.files.items():
            if name.endswith(".eml"):
                mail = email.message_from_bytes(content, policy=email.policy.default)
                read += [p.get_payload(decode=True) or b"" for p in mail.walk() if not p.is_multipart()]
                read += [f"{key}: {value}".encode() for p in mail.walk() for key, value in p.items()]
                read.append(quopri.decodestring(content))
        flat = [b" ".join(content.split()) for content in read]
        return any(
            form in content or form in one for content, one in zip(read, flat, strict=True) for form in forms
        )


@pytest.fixture
def story(personas: Personas) -> Story:
    return Story(personas)


def text_at(hit: AnswerHit) -> str:
    row = rows_at([(hit.table, hit.row_id)], hit.person_id)[(hit.table, hit.row_id)]
    [start, end] = hit.spans[0]
    return next(text[start:end] for _, text in texts_of(row) if len(text) >= end)
