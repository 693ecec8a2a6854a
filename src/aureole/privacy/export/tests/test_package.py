"""A whole package of an entangled person: complete, and silent about everyone else."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import pytest

from aureole.desk import exporting
from aureole.desk.models import Message
from aureole.kernel.actor import Actor
from aureole.people.actions.add_identifier import add_identifier
from aureole.privacy.declare import declarations
from aureole.privacy.export.package import export_person
from aureole.privacy.export.tests.story import HOSTILE, PICTURE, Package, Story
from aureole.testing.personas import Personas

pytestmark = pytest.mark.usefixtures("desk_takes_part")


def test_every_declared_table_is_there_or_withheld_with_its_reason(package: Package) -> None:
    tables = {entry["table"]: entry for entry in package.manifest["tables"]}
    for declaration in declarations():
        entry = tables[declaration.table]
        if declaration.withheld:
            assert entry["withheld"] == declaration.withheld
            continue
        assert set(entry["files"].values()) <= set(package.entries)
        columns = json.loads(package.entries[entry["files"]["schema"]])["properties"]
        for name, field in declaration.fields.items():
            assert entry["fields_withheld"][name] == field.withheld if field.withheld else name in columns


def test_the_counts_agree_with_the_files(package: Package, story: Story, tmp_path: Path) -> None:
    for entry in package.manifest["tables"]:
        if "files" in entry:
            lines = package.text(entry["files"]["jsonl"]).splitlines()
            assert len(lines) == entry["count"], entry["table"]
    counts = package.manifest["counts"]
    assert counts["records"] == sum(e["count"] for e in package.manifest["tables"] if "files" in e)
    assert (
        counts["letters"] == len(package.letters()) == Message.objects.filter(person_id=story.ada.id).count()
    )
    assert counts["files"] == sum(name.startswith("attachments/") for name in package.entries)


def test_each_line_fits_its_schema(package: Package) -> None:
    kinds = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "number": float,
        "object": dict,
        "array": list,
        "null": type(None),
    }
    for entry in package.manifest["tables"]:
        if "schema" not in entry.get("files", {}):
            continue
        schema = json.loads(package.entries[entry["files"]["schema"]])
        for row in package.rows(entry["table"]):
            assert list(row) == list(schema["properties"])
            for name, value in row.items():
                allowed = schema["properties"][name]["type"]
                allowed = allowed if isinstance(allowed, list) else [allowed]
                assert isinstance(value, tuple(kinds[k] for k in allowed)), (entry["table"], name)
                if value is not None and schema["properties"][name].get("format") == "date-time":
                    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value)


def test_the_person_gets_everything_that_is_theirs(package: Package, story: Story) -> None:
    texts = [row["text"] for row in package.rows("desk_message")]
    assert f"=cmd {HOSTILE}" in texts and "See the picture." in texts and "I agree, says Ada." in texts
    assert package.rows("people_person")[0]["name"] == "Ada Lindqvist"
    assert package.rows("people_identifier")[0]["value"] == "ada@brevduva.example"
    assert package.rows("desk_ticket")[0]["subject"] == story.ticket.subject
    assert package.rows("desk_ticket")[0]["tags"] == ["patient"]
    assert {row["type"] for row in package.rows("ledger_entry")} >= {
        "desk.received",
        "desk.replied",
        "desk.noted",
    }
    assert "ada@brevduva.example" in package.text("contact.vcf")
    assert "Ada called twice." in package.everything()


def test_attachments_come_byte_for_byte(package: Package) -> None:
    pictures = [name for name in package.entries if name.startswith("attachments/") and name.endswith(".png")]
    assert [package.entries[name] for name in pictures] == [PICTURE]
    assert ".." not in "".join(part for name in package.entries for part in name.split("/") if part == "..")
    attached = [a.get_content() for m in package.letters() for a in m.iter_attachments()]
    assert PICTURE in attached


def test_nothing_of_anyone_else_is_anywhere_in_the_package(package: Package, story: Story) -> None:
    everything = package.everything().casefold()
    for canary in ("canary", "grace", "hopper", "holm", "bye, signe"):
        assert canary not in everything, canary
    for other in (story.grace.id, story.signe.id, story.signe.person_id):
        assert str(other) not in everything
    assert "an agent of" in everything and "[another person]" in everything


def test_what_was_covered_or_left_out_is_listed_with_reasons(package: Package, story: Story) -> None:
    found = package.manifest["redactions"]
    assert all(item["path"] and item["reason"] and item["count"] > 0 for item in found)
    listed = {(item["path"], item["reason"]): item["count"] for item in found}
    assert listed[(f"mail/{story.ticket.number}", exporting.LETTERS_REASON)] == 1
    assert listed[(f"mail/{story.foreign.number}", exporting.LETTERS_REASON)] == 1
    assert listed[(f"attachments/{story.ticket.number}", exporting.NOTE_FILE_REASON)] == 1
    assert all(escape(item["reason"]) in package.text("index.html") for item in found)


def test_a_person_without_messages_gets_a_whole_package(personas: Personas, tmp_path: Path) -> None:
    quiet = personas.person("Quiet Person")
    add_identifier(person=quiet, kind="phone", value="+45 12 34 56 78", by=Actor.operator())
    outcome = export_person(quiet.id, tmp_path / "q.zip", by=Actor.operator())
    package = Package(tmp_path / "q.zip")
    assert outcome.as_json()["files"] == 0 and outcome.redactions == []
    assert package.letters() == [] and "TEL;VALUE=text:+4512345678" in package.text("contact.vcf")
    assert "We hold" in package.text("index.html")


def test_an_agent_gets_their_own_data_and_customers_stay_out(story: Story, tmp_path: Path) -> None:
    export_person(story.signe.person_id, tmp_path / "s.zip", by=Actor.operator())
    package = Package(tmp_path / "s.zip")
    assert "Signe Holmcanary" in package.everything() and package.rows("staff_agent")[0]["role"] == "agent"
    assert "Lindqvist" not in package.everything() and "argon2" not in package.everything()
    assert any(
        r["path"] == "desk_message.author_id" and r["count"] == 2 for r in package.manifest["redactions"]
    )
