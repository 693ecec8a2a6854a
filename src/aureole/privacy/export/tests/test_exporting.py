"""Making a package: its outcome and entry, what stops it, and what it costs."""

from __future__ import annotations

import email
import email.policy
import hashlib
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aureole.desk.actions.reply import reply
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.privacy.export import ports, tables
from aureole.privacy.export.package import export_person
from aureole.privacy.export.tests.story import Story
from aureole.testing.personas import Personas
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys

pytestmark = pytest.mark.usefixtures("desk_takes_part")


def test_the_outcome_tells_what_the_file_holds_and_the_log_remembers(story: Story, tmp_path: Path) -> None:
    out = tmp_path / "a package.zip"
    outcome = export_person(story.ada.id, out, by=story.signe.actor).as_json()
    assert set(outcome) == {"file", "sha256", "records", "files", "redactions"}
    assert outcome["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert out.stat().st_mode & 0o777 == 0o600 and [p.name for p in tmp_path.iterdir()] == [out.name]
    entry = Entry.objects.filter(type="privacy.exported").get()
    assert entry.facts["records"] == outcome["records"] and entry.facts["files"] == outcome["files"] > 0


def test_nobody_gets_no_package(db: None, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export_person(uuid.uuid4(), tmp_path / "x.zip", by=Actor.operator())
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_in_words(story: Story, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        export_person(story.ada.id, tmp_path / "missing" / "x.zip", by=Actor.operator())
    assert refused.value.code == "export_unwritable"


def test_an_erasure_that_overtakes_the_export_leaves_no_package(story: Story, tmp_path: Path) -> None:
    def erase(step: str) -> None:
        if step == "letters":
            erase_keys(story.ada.id, [KeyGroup.CORRESPONDENCE])

    with pytest.raises(Refused) as refused:
        export_person(story.ada.id, tmp_path / "x.zip", by=Actor.operator(), progress=erase)
    assert refused.value.code == "erased_meanwhile"
    assert list(tmp_path.iterdir()) == []


def test_the_number_of_statements_does_not_grow_with_the_letters(
    personas: Personas, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    ticket = personas.ticket(ada)
    for number in range(30):
        file = NewFile(name=f"{number}.txt", content_type="text/plain", content=b"x")
        reply(
            ticket=ticket,
            by=personas.agent().actor,
            text=f"Ask nobody{number}@brevduva.example.",
            files=[file],
        )
    with django_assert_max_num_queries(40):
        export_person(ada.id, tmp_path / "package.zip", by=Actor.operator())


def test_letters_are_the_same_whether_their_rows_were_kept_or_are_read_again(
    personas: Personas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(personas)
    with clock.at(now()):
        export_person(story.ada.id, tmp_path / "kept.zip", by=Actor.operator())
        monkeypatch.setattr(ports.Held, "MOST_ROWS", 0)
        monkeypatch.setattr(tables, "BATCH", 2)
        export_person(story.ada.id, tmp_path / "again.zip", by=Actor.operator())
    kept, again = (zipfile.ZipFile(tmp_path / name) for name in ("kept.zip", "again.zip"))
    with kept, again:
        assert kept.namelist() == again.namelist()
        for name in kept.namelist():
            if name.startswith(("attachments/", "data/desk_", "data/people_", "contact")):
                assert kept.read(name) == again.read(name), name
            if name.endswith(".eml"):
                one, other = (email.message_from_bytes(z.read(name)) for z in (kept, again))
                assert [p.get_payload() for p in one.walk() if not p.is_multipart()] == [
                    p.get_payload() for p in other.walk() if not p.is_multipart()
                ]
