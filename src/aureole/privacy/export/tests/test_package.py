"""A whole package of an entangled person: complete, sound, and silent about everyone else."""

from __future__ import annotations

import csv
import email
import email.policy
import hashlib
import io
import json
import re
import subprocess
import sys
import uuid
import zipfile
from html import escape
from pathlib import Path
from typing import Any

import pytest

from aureole.desk import exporting
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile, add_participants
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.ledger.verifier import Flaw, verify_bundle
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.models import Person
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.declare import declarations
from aureole.privacy.export import ports, tables
from aureole.privacy.export.package import export_person
from aureole.privacy.export.signing import is_signed
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 700


@pytest.fixture(autouse=True)
def _desk_takes_part(monkeypatch: pytest.MonkeyPatch) -> None:
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
def story(personas: Personas) -> Story:
    return Story(personas)


@pytest.fixture
def package(story: Story, tmp_path: Path) -> Package:
    export_person(story.ada.id, tmp_path / "ada.zip", by=Actor.operator())
    return Package(tmp_path / "ada.zip")


def _repacked(source: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """The archive with entries changed, put in, or (None) taken out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        entries = {name: old.read(name) for name in old.namelist()} | changes
        for name, content in entries.items():
            if content is not None:
                new.writestr(name, content)
    return target


def test_the_verifier_in_the_package_checks_it_alone(package: Package, tmp_path: Path) -> None:
    alone, whole = tmp_path / "verifier.py", tmp_path / "ada.zip"
    alone.write_bytes(package.entries["verifier.py"])
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), str(whole)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "") and "Holds: aureole personal data export" in ran.stdout


def test_the_verifier_notices_each_change_to_a_package(package: Package, tmp_path: Path) -> None:
    whole, changed = tmp_path / "ada.zip", tmp_path / "changed.zip"
    assert verify_bundle(whole).fingerprint == instance_fingerprint()
    with pytest.raises(Flaw, match="another key"):
        verify_bundle(whole, expected_key="00")
    rows = package.entries["data/people_person.jsonl"]
    for changes, words in (
        ({"data/people_person.jsonl": rows + b" "}, "was changed"),
        ({"extra.txt": b"put in"}, "added"),
        ({"contact.vcf": None}, "missing"),
        ({"manifest.json": package.entries["manifest.json"] + b" "}, "signature does not fit"),
        ({"signature.json": b"{}"}, "damaged"),
        ({"signature.json": b"["}, "damaged"),
        ({"manifest.json": None}, "damaged"),
    ):
        with pytest.raises(Flaw, match=words):
            verify_bundle(_repacked(whole, changed, changes))


def test_every_file_matches_its_hash_and_the_signature_holds(package: Package) -> None:
    listed = {file["path"]: file["sha256"] for file in package.manifest["files"]}
    assert set(package.entries) == set(listed) | {"manifest.json", "signature.json"}
    for path, digest in listed.items():
        assert hashlib.sha256(package.entries[path]).hexdigest() == digest, path
    signature = json.loads(package.entries["signature.json"])
    assert is_signed(package.entries["manifest.json"], signature)
    assert not is_signed(package.entries["manifest.json"].replace(b'"records"', b'"recorda"'), signature)


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


def test_the_page_runs_nothing_fetches_nothing_and_shows_hostile_words_as_words(package: Package) -> None:
    for name in ("index.html", "letter.html"):
        page = package.text(name)
        assert "default-src &#x27;none&#x27;" in page
        assert not re.search(r"<(script|iframe|object|embed|link|form|base)\b", page, re.IGNORECASE)
        assert not re.search(r"<[^>]*\son\w+\s*=", page) and "javascript:" not in page
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "&lt;script&gt;alert(" in package.text("index.html")


def test_every_link_of_the_page_leads_to_a_file_of_the_package(package: Package) -> None:
    from urllib.parse import unquote

    links = re.findall(r'href="([^"#]+)"', package.text("index.html"))
    assert links and {unquote(link) for link in links} <= set(package.entries)


def test_no_cell_of_a_csv_file_is_a_formula(package: Package) -> None:
    for name in (name for name in package.entries if name.endswith(".csv")):
        for row in csv.reader(io.StringIO(package.text(name).lstrip("\ufeff"))):
            assert not any(cell.startswith(("=", "@", "\t")) for cell in row), name


def test_the_covering_letter_answers_every_point_of_article_15(package: Package) -> None:
    letter = package.text("letter.txt")
    for heading in (
        "Do we hold data about you?", "Why we use it", "What kinds of data", "Who else gets it",
        "How long we keep it",
        "Where we have it from", "What you can ask of us", "If you are not content", "Decisions by machines",
        "Transfers to other countries", "What we searched",
    ):  # fmt: skip
        assert heading in letter
    shown = re.findall(r"^  .+: (\d+)$", letter, re.MULTILINE)
    assert sum(map(int, shown)) == package.manifest["counts"]["records"]
    assert "our answer + 3 months" in letter and "GDPR Art. 6(1)(b)" in letter


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
