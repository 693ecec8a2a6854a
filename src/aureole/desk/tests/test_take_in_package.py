"""A person moves: exported here, taken in by an instance that never heard of them, exported there, compared."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from aureole.desk import exporting
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.actions.take_in_package import NOTES, TakenIn, take_in_package
from aureole.desk.models import Attachment, Message, Ticket
from aureole.desk.writing import NewFile, add_participants
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.models import Entry
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.record_guardian import record_guardian
from aureole.people.models import Identifier, Person, PersonStatus
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export import ports
from aureole.privacy.export.package import export_person
from aureole.privacy.export.signing import sign_manifest
from aureole.privacy.rights.place import today
from aureole.search.models import SearchEntry
from aureole.testing.moving import what_must_be_equal
from aureole.testing.personas import Personas
from aureole.vault.epochs import forget_epochs
from aureole.vault.fences import journal
from aureole.vault.keyring import keyring
from aureole.vault.system_keys import forget_system_keys
from aureole.vault.unlock import unlock
from aureole.vault.wrapping_keys import forget_wrapping_keys

OPERATOR = Actor.operator()
BORN = f"{today().year - 10}-05-17"
PICTURE = (
    b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 700
)  # over what rests in the row: it goes to the file store


@pytest.fixture(autouse=True)
def _desk_takes_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk registers itself at start-up; here exactly once, however often that ran."""
    for name in ("_letter_places", "_companies", "_receivers"):
        monkeypatch.setattr(ports, name, [])
    exporting.register()


class _Elsewhere(Exception):
    """Ends the first instance's life."""


def _on_another_instance(work: Callable[[], None]) -> None:
    """Whatever `work` makes is gone afterwards, keys of persons and of the instance included."""
    with suppress(_Elsewhere), transaction.atomic(), transaction.atomic("keys"):
        work()
        raise _Elsewhere
    shutil.rmtree(journal.folders()[0].root, ignore_errors=True)
    keyring.evict()
    for forget in (forget_system_keys, forget_wrapping_keys, forget_epochs):
        forget()


def _a_life(personas: Personas) -> Person:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    grace = personas.person("Grace Hopper", "grace@brevduva.example")
    add_identifier(person=ada, kind="phone", value="+45 12 34 56 78", by=OPERATOR)
    correct_person(person=ada, by=OPERATOR, pronouns="she/her", postal_address="Å 1\nØ", language="de")
    record_guardian(person=mark_child(person=ada, born=BORN, by=OPERATOR), guardian="Her mother", by=OPERATOR)
    signe = personas.agent("Signe Holm").actor
    ticket = personas.ticket(ada, subject="Zelt gerissen", text="Es ist gerissen.\n> said before")
    personas.message(
        ticket, ada, "Ein Bild.",
        (NewFile(name="zelt ü.png", content_type="image/png", content=PICTURE, content_id="a@b"),
         NewFile(name="klein.txt", content_type="text/plain", content=b"klein")),
    )  # fmt: skip
    reply(ticket=ticket, text="Dear Ada,\nit is on its way.\nSigne", by=signe, send=False)
    add_note(ticket=ticket, text="Ada is kind.", by=signe)
    set_tags(ticket=ticket, tags=["patient", "tents"], by=signe)
    foreign = personas.ticket(grace, subject="Grace asks", text="Graces words")
    add_participants(foreign, [ada.id])
    personas.message(foreign, ada, "I agree, says Ada.")
    return ada


@pytest.fixture
def package(personas: Personas, tmp_path: Path) -> Path:
    """Made by an instance that is no more."""
    path = tmp_path / "ada.zip"
    _on_another_instance(lambda: _export(_a_life(personas).id, path))
    assert not Person.objects.exists()
    return path


def _export(person_id: Any, path: Path) -> None:
    export_person(person_id, path, by=OPERATOR)


def _take(path: Path) -> TakenIn:
    return take_in_package(file=path, by=OPERATOR)


def test_a_person_who_moves_is_the_same_there(package: Path, tmp_path: Path, settings: Any) -> None:
    settings.AUREOLE_WORKSPACE, there = "Fjell Outdoor", settings.AUREOLE_WORKSPACE
    made = _take(package)
    assert (made.created, made.tickets, made.messages, made.files) == (True, 2, 4, 2)
    assert made.left_out[NOTES] == 1
    _export(made.person, tmp_path / "back.zip")
    before, after = what_must_be_equal(package), what_must_be_equal(tmp_path / "back.zip")
    extra = set(after["tickets"]) - set(before["tickets"])
    assert len(extra) == 1, "somebody else's conversation, as far as it was the person's"
    assert after["tickets"].pop(extra.pop())["subject"].startswith("Conversation ")
    assert after == before
    assert any(before["contents"].values()) and len(before["messages"]) == 4
    with zipfile.ZipFile(tmp_path / "back.zip") as back:
        letters = b"".join(back.read(name) for name in back.namelist() if name.endswith(".eml"))
    assert f"From: an agent of {there} <>".encode() in letters, "what their staff wrote is not ours"
    assert b"Fjell" not in letters


def test_what_is_taken_in_is_found_and_belongs_to_the_person(package: Path) -> None:
    made = _take(package)
    assert {m.person_id for m in Message.objects.all()} == {made.person}
    person = unlock(Person.objects.all())[0]
    assert (person.birth_date, person.childhood) == (BORN, "waiting"), "her guardian answered there, not here"
    assert not made.restricted_there
    assert not Message.objects.filter(kind="note").exists()
    assert not Message.objects.filter(delivery="queued").exists(), "nothing is sent"
    assert SearchEntry.objects.filter(person_id=made.person).exists()
    assert set(Identifier.objects.values_list("origin", flat=True)) == {"import"}
    ticket = Ticket.objects.get(pk=next(iter(what_must_be_equal(package)["tickets"])))
    assert ticket.message_count == 3 and ticket.last_message is not None
    entry = Entry.objects.get(type="desk.taken_in")
    assert entry.facts == {"tickets": 2, "messages": 4, "files": 2}


def test_the_same_package_twice_is_once(package: Path) -> None:
    first, again = _take(package), _take(package)
    assert again.person == first.person and not again.created
    assert (again.tickets, again.messages, again.files, again.duplicates) == (0, 0, 0, 4)
    assert (Message.objects.count(), Attachment.objects.count(), Ticket.objects.count()) == (4, 2, 2)
    assert Identifier.objects.count() == 2


def test_what_is_known_here_already_stays(package: Path, personas: Personas) -> None:
    here = personas.person("Ada L.", "ada@brevduva.example")
    made = _take(package)
    assert made.person == here.id and not made.created
    assert Person.objects.get(pk=here.id).name == "Ada L."
    assert str(Person.objects.get(pk=here.id).pronouns) == "she/her"
    assert Identifier.objects.filter(person=here, origin="own").count() == 1


def _changed(package: Path, **entries: bytes) -> Path:
    target = io.BytesIO()
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, entries.get(name, old.read(name)))
    package.write_bytes(target.getvalue())
    return package


def _resigned(package: Path, change: Callable[[dict[str, Any]], None], **entries: bytes) -> Path:
    """By whoever makes such packages with a key of their own."""
    with zipfile.ZipFile(package) as old:
        manifest = json.loads(old.read("manifest.json"))
    change(manifest)
    for file in manifest["files"]:
        if file["path"] in entries:
            content = entries[file["path"]]
            file["sha256"], file["size"] = hashlib.sha256(content).hexdigest(), len(content)
    text = json.dumps(manifest).encode()
    signature = json.dumps(sign_manifest(hashlib.sha256(text).hexdigest())).encode()
    return _changed(package, **{"manifest.json": text, "signature.json": signature, **entries})


def _nothing_came(refused: str, package: Path, **more: Any) -> None:
    before = (Person.objects.count(), Message.objects.count(), Ticket.objects.count())
    with pytest.raises(Refused, match=refused) as refusal:
        take_in_package(file=package, by=OPERATOR, **more)
    assert "Nothing was taken in" in refusal.value.sentence
    assert (Person.objects.count(), Message.objects.count(), Ticket.objects.count()) == before


def test_a_package_that_was_changed_is_refused(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        rows = archive.read("data/desk_message.jsonl").replace(b"gerissen", b"verloren")
    _nothing_came("was changed", _changed(package, **{"data/desk_message.jsonl": rows}))


def test_a_package_of_another_key_than_the_expected_one_is_refused(package: Path) -> None:
    _nothing_came("another key", package, expected_key=instance_fingerprint())


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("data/desk_message.jsonl", b'{"id": 7}\n', "not as such packages are"),
        ("data/desk_message.jsonl", b"[]\n", "not as such packages are"),
        ("data/people_identifier.jsonl", b"", "no address"),
    ],
)
def test_a_package_made_wrongly_by_somebody_with_a_key_is_refused(
    package: Path, path: str, content: bytes, words: str
) -> None:
    _nothing_came(words, _resigned(package, lambda manifest: None, **{path: content}))


def test_any_other_file_is_refused(db: None, tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"not a zip")
    _nothing_came("none of ours", file)
    _nothing_came("cannot be read", tmp_path / "nowhere.zip")


def test_a_package_of_somebody_erased_here_does_not_bring_them_back(
    personas: Personas, tmp_path: Path
) -> None:
    ada = _a_life(personas)
    _export(ada.id, tmp_path / "old.zip")
    erase_person(ada.id, by=OPERATOR, reason="she asked")
    _nothing_came("erased here", tmp_path / "old.zip")


@pytest.mark.parametrize("status", [PersonStatus.ERASING, PersonStatus.RESTRICTED])
def test_nothing_is_added_to_a_person_who_is_closed(
    package: Path, personas: Personas, status: PersonStatus
) -> None:
    here = personas.person("Ada L.", "ada@brevduva.example")
    Person.objects.filter(pk=here.id).update(status=status)
    _nothing_came("restricted or being erased", package)


def test_addresses_of_several_persons_are_not_put_together(package: Path, personas: Personas) -> None:
    personas.person("Ada L.", "ada@brevduva.example")
    other = personas.person("Bo Ek", "bo@brevduva.example")
    add_identifier(person=other, kind="phone", value="+4512345678", by=OPERATOR)
    _nothing_came("several persons", package)


def test_nobody_takes_over_anothers_conversation_by_its_id(package: Path, personas: Personas) -> None:
    grace = personas.ticket(personas.person("Grace Hopper"))
    with zipfile.ZipFile(package) as archive:
        rows = archive.read("data/desk_message.jsonl").decode().splitlines()
    line = json.dumps(json.loads(rows[0]) | {"ticket_id": str(grace.id)})
    content = "\n".join([line, *rows[1:], ""]).encode()
    forged = _resigned(package, lambda manifest: None, **{"data/desk_message.jsonl": content})
    _nothing_came("somebody else's here", forged)
