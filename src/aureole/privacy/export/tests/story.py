"""An entangled person, and her package opened."""

from __future__ import annotations

import email
import email.policy
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aureole.desk import exporting
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile, add_participants
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.export import ports
from aureole.privacy.export.package import export_person
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 700


@pytest.fixture
def desk_takes_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk registers itself at start-up; here exactly once, however often that ran."""
    monkeypatch.setattr(ports, "_letter_places", [])
    monkeypatch.setattr(ports, "_companies", [])
    monkeypatch.setattr(ports, "_receivers", [])
    exporting.register()


class Story:
    """Ada asks; Grace is copied and writes too; Signe answers and notes; Ada is copied on Grace's matter."""

    def __init__(self, personas: Personas) -> None:
        self.ada: Person = personas.person("Ada Lindqvist", "ada@brevduva.example")
        self.grace: Person = personas.person("Grace Hopper", "grace@canary-navy.example")
        self.signe: Agent = personas.agent("Signe Holmcanary")
        self.ticket: Ticket = personas.ticket(self.ada, subject=f"Zelt {HOSTILE}", text=f"=cmd {HOSTILE}")
        personas.message(
            self.ticket, self.ada, "See the picture.",
            files=(NewFile(name="../=tent ü.png", content_type="image/png", content=PICTURE),),
        )  # fmt: skip
        personas.message(self.ticket, self.grace, "canary-grace-words: my own trouble")
        self.answer: Message = reply(
            ticket=self.ticket, by=self.signe.actor, send=False, copies=[self.grace],
            text="Dear Ada,\nGrace Hopper may call us.\nBye, Signe",
        )  # fmt: skip
        self.note: Message = add_note(
            ticket=self.ticket, by=self.signe.actor,
            text="Signe Holmcanary spoke to grace@canary-navy.example; Ada is content.",
            files=[
                NewFile(name="call.txt", content_type="text/plain", content=b"Ada called twice."),
                NewFile(name="scan.bin", content_type="image/tiff", content=b"\x00canary-scan"),
            ],
        )  # fmt: skip
        set_tags(ticket=self.ticket, tags=["patient"], by=self.signe.actor)
        self.foreign = personas.ticket(self.grace, subject="canary-subject of Grace", text="canary-private")
        add_participants(self.foreign, [self.ada.id])
        personas.message(self.foreign, self.ada, "I agree, says Ada.")


class Package:
    """A package that was read."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
            self.entries = {name: package.read(name) for name in package.namelist()}
        self.manifest: dict[str, Any] = json.loads(self.entries["manifest.json"])

    def text(self, name: str) -> str:
        return self.entries[name].decode()

    def rows(self, table: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text(f"data/{table}.jsonl").splitlines()]

    def letters(self) -> list[email.message.EmailMessage]:
        mails = [content for name, content in sorted(self.entries.items()) if name.endswith(".eml")]
        return [email.message_from_bytes(m, policy=email.policy.default) for m in mails]  # type: ignore[misc]

    def everything(self) -> str:
        """All content as text, transfer encodings of the letters undone."""
        decoded = [
            part.get_content()
            for m in self.letters()
            for part in m.walk()
            if part.get_content_maintype() == "text"
        ]
        headers = [f"{name}: {value}" for m in self.letters() for name, value in m.items()]
        return "\n".join(
            [
                *(c.decode("utf-8", "replace") for c in self.entries.values()),
                *decoded,
                *headers,
                *self.entries,
            ]
        )


@pytest.fixture
def story(personas: Personas, desk_takes_part: None) -> Story:
    return Story(personas)


@pytest.fixture
def package(story: Story, tmp_path: Path) -> Package:
    export_person(story.ada.id, tmp_path / "ada.zip", by=Actor.operator())
    return Package(tmp_path / "ada.zip")
