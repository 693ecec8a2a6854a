"""A restore in miniature: rows are put back as they were, then the replay has to find everything by itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connections

from aureole.desk.models import Attachment, Message, Tag
from aureole.desk.writing import NewFile
from aureole.kernel.actor import Actor
from aureole.kernel.clock import at, now
from aureole.ledger.models import Entry, EntryDetail
from aureole.people.actions.correct_person import correct_person
from aureole.people.models import Person
from aureole.privacy.erasure.redactor import MARK
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.models import Erasure, ErasureState
from aureole.privacy.replay import rows
from aureole.privacy.replay.run import Replayed, replay
from aureole.search.find import find
from aureole.search.models import SearchEntry
from aureole.testing.personas import Personas
from aureole.testing.yesterday import dumped, restored
from aureole.vault import blind_index
from aureole.vault.fences import journal
from aureole.vault.fences.models import FenceLine
from aureole.vault.files import read_file
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys, states
from aureole.vault.keystore.models import KeyState, PersonKey

OFFICER = Actor.operator()
ADA, ADDRESS = "Ada Lindqvist", "ada@brevduva.example"


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person(ADA, ADDRESS)


@pytest.fixture
def bo(personas: Personas, ada: Person) -> Person:
    """Names her in words, a file and a label."""
    bo = personas.person("Bo Ek", "bo@brevduva.example")
    file = NewFile(name=f"{ADA}.txt", content_type="text/plain", content=f"{ADA}, {ADDRESS}".encode())
    ticket = personas.ticket(bo, text=f"{ADA} took my parcel.")
    personas.message(ticket, bo, f"I mean {ADA} <{ADDRESS}>.", (file,))
    ticket.tags.add(Tag.objects.create(name=f"for {ADA}"))
    return bo


def erase(person: Person) -> None:
    erase_person(person.id, by=OFFICER, reason="asked")


def replay_all() -> Replayed:
    return replay(None)


def test_a_restored_text_of_somebody_else_does_not_name_who_was_erased(ada: Person, bo: Person) -> None:
    before = dumped()
    erase(ada)
    restored(before)
    assert ADA in str(Message.objects.filter(person=bo).order_by("sent_at", "id")[0].text), (
        "the backup names her"
    )

    done = replay_all()

    words = [str(v) for m in Message.objects.all() for v in (m.text, m.excerpt, m.html, m.parties)]
    words += [str(a.name) for a in Attachment.objects.all()]
    words += [read_file(a.file).decode() for a in Attachment.objects.select_related("file")]
    assert not [text for text in words if "Lindqvist" in text or ADDRESS in text]
    assert any(MARK in text for text in words)
    assert not Tag.objects.exists()
    assert (done.persons, done.deleted >= 1, done.withheld) == (1, True, 1)
    assert "removed" in words[-1], (
        "the blacked-out file is not in the backup, so a notice stands in its place"
    )


def test_the_erased_person_has_no_row_left_and_no_index_entry(
    ada: Person, bo: Person, personas: Personas
) -> None:
    personas.ticket(ada)
    before = dumped()
    erase(ada)
    restored(before)
    done = replay_all()
    assert not Person.objects.filter(pk=ada.id).exists()
    assert not SearchEntry.objects.filter(person_id=ada.id).exists()
    assert not find("Lindqvist", actor=OFFICER).hits
    assert blind_index.find(kind="email", value=ADDRESS) is None
    assert blind_index.find(kind="email", value="bo@brevduva.example") == bo.id
    assert find("parcel", actor=OFFICER).hits
    assert (done.identifiers, done.rows["desk_ticket"]) == (1, 1)


def test_a_replay_that_is_repeated_finds_nothing_more(ada: Person, bo: Person) -> None:
    before = dumped()
    erase(ada)
    restored(before)
    replay_all()
    again = replay_all()
    assert (again.persons, again.texts, again.deleted, again.withheld, again.keys) == (0, 0, 0, 0, 0)


def test_what_was_written_after_the_erasure_is_not_taken_back(ada: Person, personas: Personas) -> None:
    bo = personas.person("Bo Ek", "bo@brevduva.example")
    correct_person(person=bo, by=OFFICER, postal_address=f"c/o {ADA}, Gata 1")
    erase(ada)
    bo = Person.objects.get(pk=bo.pk)
    with at(now() + timedelta(days=1)):
        correct_person(person=bo, by=OFFICER, postal_address="Nygatan 5")
        replay(now())
    assert Person.objects.get(pk=bo.pk).postal_address == "Nygatan 5"


def test_a_text_whose_blacked_out_form_no_longer_opens_is_withheld(
    ada: Person, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dumped()
    erase(ada)
    FenceLine.objects.filter(image__isnull=False).update(image=None)
    restored(before)
    done = replay_all()
    assert done.withheld >= 2
    assert not [m for m in Message.objects.all() if "Lindqvist" in str(m.text)]


def test_keys_that_come_back_with_an_older_key_store_are_destroyed_again(ada: Person) -> None:
    kept = list(PersonKey.objects.filter(person_id=ada.id).values())
    before = dumped()
    erase(ada)
    with connections["keys"].cursor() as cursor:  # as a restore does it: triggers hold the fences otherwise
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM keystore_person_key WHERE person_id = %s", [ada.id])
        cursor.execute("SET session_replication_role = origin")
    PersonKey.objects.bulk_create(PersonKey(**row) for row in kept)
    restored(before)
    assert Person.objects.get(pk=ada.id).name == ADA, "the older key store opens her rows"
    done = replay_all()
    assert done.keys > 0
    assert not Person.objects.filter(pk=ada.id).exists()
    assert set(states(ada.id).values()) == {KeyState.ERASED}


def test_an_erasure_that_had_only_begun_is_carried_out_in_full(
    ada: Person, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dumped()
    journal.note_begun(ada.id)
    restored(before)
    done = replay_all()
    assert done.resumed == 1
    assert Erasure.objects.get().state == ErasureState.DONE
    assert not [m for m in Message.objects.all() if "Lindqvist" in str(m.text)]


def test_an_erasure_that_was_interrupted_in_the_backup_is_finished_with_its_proof(
    ada: Person, bo: Person
) -> None:
    from aureole.privacy.erasure.begin import begin_erasure

    erasure = begin_erasure(person_id=ada.id, by=OFFICER, reason="asked")
    erase_keys(ada.id, [KeyGroup.IDENTITY, KeyGroup.CORRESPONDENCE])
    replay_all()
    erasure.refresh_from_db()
    assert (erasure.state, bool(erasure.certificate)) == (ErasureState.DONE, True)
    assert carry_out(erasure.id).certificate == erasure.certificate


def test_the_list_holds_no_name_and_drops_the_images_of_whoever_is_erased_next(
    ada: Person, bo: Person
) -> None:
    erase(ada)
    held = FenceLine.objects.filter(person_id=bo.id, image__isnull=False)
    assert held.exists()
    folder = journal.folders()[0].root
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Lindqvist" not in everything and b"brevduva" not in everything
    assert list((folder / "images").iterdir())
    erase(bo)
    assert not held.exists()
    images = [json.loads(path.read_text()) for path in (folder / "images").iterdir()]
    assert all(set(image) == {"bits", "digest"} for image in images), (
        "the suppression list's, which names nobody"
    )


def test_the_margin_covers_a_change_noted_before_it_was_committed(ada: Person, bo: Person) -> None:
    erase(ada)
    assert list(rows.lines_newer_than(now()))
    assert not list(rows.lines_newer_than(now() + timedelta(hours=2)))


def test_restoring_without_a_current_list_stands_in_the_log_with_its_reason(ada: Person) -> None:
    replay(None, without_fences="the machine burnt with both disks")
    entry = Entry.objects.get(type="privacy.replayed")
    assert entry.facts["fences"] == "missing"
    assert EntryDetail.objects.filter(entry=entry).exists()
    assert entry.commitment is not None
