"""Two records of one person become one; everything of both is found there, and for 30 days they can be parted."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.db import connection, connections, router, transaction

from aureole.channels.email.actions import settle_mail
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.filing import file_mail
from aureole.channels.email.models import InboundState
from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.save_draft import save_draft
from aureole.desk.models import Message, Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.models import Identifier, MergedPerson, MergeUndo, Person, PersonStatus
from aureole.people.queries import owners_of, person_for
from aureole.people.retention import forget_undos
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.consent.actions.record_consent import record_consent
from aureole.privacy.consent.actions.withdraw_consent import withdraw_consent
from aureole.privacy.consent.sending import may_send
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import export_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.guard import in_force
from aureole.privacy.models import Consent, Objection
from aureole.privacy.residue.scan import scan
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.privacy.rights.ports import address_book
from aureole.search.find import find
from aureole.testing.personas import Personas
from aureole.vault.fields import Sealed
from aureole.vault.files import read_file
from aureole.vault.keys import is_fenced
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
CUSTOMER = Actor(kind="customer")
pytestmark = pytest.mark.django_db

Two = tuple[Person, Person]


def mail(sender: str, text: str, subject: str = "Hi") -> bytes:
    return f"From: {sender}\r\nTo: support@nordlys.example\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


@pytest.fixture
def two(personas: Personas) -> Two:
    """Ada, who wrote from home, and Ada, who wrote from work: each with a matter, a file, a note and a draft."""
    agent = personas.agent().actor
    found = []
    with clock.at(now() - timedelta(days=3)):
        for name, address, words in (
            ("Ada Lindqvist", "ada@hemma.example", "flysheet"),
            ("A. Lindqvist", "ada@arbete.example", "groundsheet"),
        ):
            ticket = receive_mail(raw=mail(f"{name} <{address}>", f"The {words} leaks.", words)).ticket
            assert ticket is not None
            person = ticket.requester
            assert person is not None
            file = NewFile(
                name=f"{words}.txt", content_type="text/plain", content=f"{words} attached".encode()
            )
            personas.message(ticket, person, f"See the {words} file.", files=(file,))
            add_note(ticket=ticket, text=f"about the {words}", by=agent)
            save_draft(ticket=ticket, text=f"draft on the {words}", kind="public", by=agent)
            found.append(Person.objects.get(pk=person.pk))
    return found[0], found[1]


def _merge(two: Two, **picks: str) -> Person:
    return merge_persons(stays=two[0].id, goes=two[1].id, by=OPERATOR, picks=picks)


def everything() -> dict[tuple[str, str], dict[str, Any]]:
    """Every row of every table of the data database, opened; without what only says how far the program is."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if router.db_for_write(model) != "default" or table.startswith(("ledger_", "procrastinate_")):
            continue
        for row in unlock(model._base_manager.all()):
            found[table, str(row.pk)] = {
                f.attname: _plain(row, f.attname)
                for f in row._meta.concrete_fields
                if f.attname != "twins_sought"
            }
    return found


def _plain(row: Any, name: str) -> Any:
    value = row.__dict__[name]
    if row._meta.db_table == "vault_sealed_file" and name == "envelope":
        return read_file(row)
    value = getattr(row, name) if isinstance(value, Sealed) else value
    return bytes(value) if isinstance(value, memoryview) else value


def _columns_with(person_id: uuid.UUID) -> set[str]:
    """Every column of type uuid in the data database that holds this id."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND data_type = 'uuid'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}" = %s LIMIT 1', [person_id])
            if cursor.fetchone():
                found.add(f"{table}.{column}")
    return found


def test_everything_of_both_is_readable_under_the_record_that_stays(two: Two) -> None:
    before = everything()
    _merge(two)
    after = everything()
    stays, goes = (p.id for p in two)
    assert _columns_with(goes) == {"people_merged_person.id", "people_merge_undo.merged_id"}
    for key, row in before.items():
        moved = {name: stays if value == goes else value for name, value in row.items()}
        if key[0] not in ("people_person", "people_identifier", "search_entry"):
            assert after[key] == moved, key
    assert Ticket.objects.filter(requester=stays).count() == 2
    assert {i.value for i in unlock(Identifier.objects.filter(person=stays))} == {
        "ada@hemma.example", "ada@arbete.example",
    }  # fmt: skip
    person = unlock(Person.objects.filter(pk=stays))[0]
    assert (person.name, person.other_names) == ("Ada Lindqvist", ["A. Lindqvist"])


def test_searches_find_what_was_merged(two: Two) -> None:
    _merge(two)
    for words in ("groundsheet", "flysheet", "ada@arbete.example"):
        assert {hit.person for hit in find(words, actor=OPERATOR).hits} == {two[0].id}, words
    assert [hit.id for hit in find("A. Lindqvist", actor=OPERATOR, kinds=["person"]).hits] == [two[0].id]
    assert owners_of("ada@arbete.example") == [two[0].id]


def test_mail_to_a_merged_address_is_the_same_persons(two: Two) -> None:
    _merge(two)
    taken = receive_mail(raw=mail("ada@arbete.example", "Me again."))
    assert (taken.state, taken.person_id) == (InboundState.ACCEPTED, two[0].id)


def test_the_export_of_the_record_that_stays_has_both(two: Two, tmp_path: Path) -> None:
    _merge(two)
    export_person(two[0].id, tmp_path / "e.zip", by=OPERATOR)
    with ZipFile(tmp_path / "e.zip") as package:
        words = b"".join(package.read(name) for name in package.namelist())
    for text in ("flysheet attached", "groundsheet attached", "ada@arbete.example", "A. Lindqvist"):
        assert text.encode() in words, text


def test_a_picked_field_comes_from_the_record_that_ends(two: Two) -> None:
    correct_person(person=two[0], by=OPERATOR, postal_address="Hemgatan 1", pronouns="she/her")
    correct_person(person=two[1], by=OPERATOR, postal_address="Arbetsgatan 2")
    person = _merge(two, postal_address="goes", name="goes")
    assert (person.postal_address, person.pronouns, person.name) == (
        "Arbetsgatan 2",
        "she/her",
        "A. Lindqvist",
    )


def test_a_field_that_there_is_not_cannot_be_picked(two: Two) -> None:
    with pytest.raises(Refused, match="Pick from the fields"):
        merge_persons(stays=two[0].id, goes=two[1].id, by=OPERATOR, picks={"shoe_size": "goes"})
    assert Person.objects.filter(pk__in=[p.id for p in two]).count() == 2


def test_undoing_restores_both_exactly(two: Two, personas: Personas) -> None:
    ours, theirs = two
    other = personas.ticket(personas.person("Bo Ek"))
    for person in two:
        personas.copied(other, person)
    personas.copied(Ticket.objects.get(requester=ours), theirs)
    place_hold(person_id=ours.id, reason="claim", review_on=today() + timedelta(days=9), by=OPERATOR)
    place_hold(person_id=theirs.id, reason="audit", review_on=today() + timedelta(days=5), by=OPERATOR)
    _agrees(ours)
    object_to_purpose(person_id=theirs.id, purpose="news", by=CUSTOMER)
    open_request(kind="access", person_id=theirs.id, by=CUSTOMER, channel="portal", words="everything")
    restrict_person(person_id=theirs.id, reason="contested", by=OPERATOR)
    before = everything()
    merge_persons(stays=ours.id, goes=theirs.id, by=OPERATOR, picks={"name": "goes"})
    assert everything() != before
    unmerge_persons(merged=theirs.id, by=OPERATOR)
    after = everything()
    for key in before:
        if key[0] != "search_entry":
            assert after.get(key) == before[key], key
    assert set(k for k in after if k[0] != "search_entry") == set(k for k in before if k[0] != "search_entry")
    found = [h.person for h in find("groundsheet", actor=OPERATOR).hits if h.kind == "message"]
    assert set(found) == {theirs.id}


def test_a_second_merge_or_undo_changes_nothing(two: Two) -> None:
    _merge(two)
    once = everything()
    _merge(two)
    assert everything() == once
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    twice = everything()
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert everything() == twice


def test_what_came_since_goes_back_only_from_an_address_that_goes_back(two: Two, personas: Personas) -> None:
    _merge(two)
    work = receive_mail(raw=mail("ada@arbete.example", "New at work.", "Work")).ticket
    home = receive_mail(raw=mail("ada@hemma.example", "New at home.", "Home")).ticket
    assert work is not None
    assert home is not None
    old = Ticket.objects.exclude(pk__in=[work.pk, home.pk]).order_by("created_at")
    ours, theirs = old[0], old[1]
    personas.message(theirs, person_for(OPERATOR, two[0].id), "From home into the work matter.")
    for ticket in (work, home, theirs):
        add_note(ticket=Ticket.objects.get(pk=ticket.pk), text="noted since", by=OPERATOR)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    owner = dict(Ticket.objects.values_list("pk", "requester_id"))
    assert {pk: owner[pk] for pk in (work.pk, home.pk, ours.pk, theirs.pk)} == {
        work.pk: two[1].id, home.pk: two[0].id, ours.pk: two[0].id, theirs.pk: two[1].id,
    }  # fmt: skip
    notes = {m.ticket_id: m.person_id for m in unlock(Message.objects.all()) if m.text == "noted since"}
    assert notes == {work.pk: two[1].id, home.pk: two[0].id, theirs.pk: two[1].id}
    from_home = next(m for m in unlock(Message.objects.all()) if m.text.startswith("From home"))
    assert from_home.person_id == two[0].id
    assert {h.person for h in find("New at work", actor=OPERATOR).hits} == {two[1].id}


def test_merges_are_undone_in_turn_the_latest_first(two: Two, personas: Personas) -> None:
    third = personas.person("Ada L.", "ada@tredje.example")
    _merge(two)
    merge_persons(stays=two[0].id, goes=third.id, by=OPERATOR)
    with pytest.raises(Refused, match="Undo that merge first"):
        unmerge_persons(merged=two[1].id, by=OPERATOR)
    unmerge_persons(merged=third.id, by=OPERATOR)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert Person.objects.filter(pk__in=[p.id for p in (*two, third)]).count() == 3


def test_a_merge_of_a_merged_record_is_undone_step_by_step(two: Two, personas: Personas) -> None:
    third = personas.person("Ada L.", "ada@tredje.example")
    before = everything()
    _merge(two)
    merge_persons(stays=third.id, goes=two[0].id, by=OPERATOR)
    assert set(MergedPerson.objects.values_list("person_id", flat=True)) == {third.id}
    unmerge_persons(merged=two[0].id, by=OPERATOR)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    after = everything()
    assert {k: after.get(k) for k in before if k[0] != "search_entry"} == {
        k: v for k, v in before.items() if k[0] != "search_entry"
    }


def test_after_30_days_nothing_is_left_to_undo_it(two: Two) -> None:
    _merge(two)
    with clock.at(now() + timedelta(days=29)):
        assert forget_undos() == 0
    with clock.at(now() + timedelta(days=31)):
        assert forget_undos() == 1
        with pytest.raises(Refused, match="30 days"):
            unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert not MergeUndo.objects.exists()


# ------------------------------------------------------------------ what protects the person more


def _agrees(person: Person) -> None:
    record_consent(
        person_id=person.id, purpose="news", wording="Yes", version="1", language="en", channel="portal",
        proof="confirmed", by=CUSTOMER,
    )  # fmt: skip


def test_an_objection_of_one_record_ends_the_consent_of_the_other(two: Two) -> None:
    object_to_purpose(person_id=two[1].id, purpose="news", by=CUSTOMER)
    _agrees(two[0])
    with transaction.atomic():
        assert may_send(two[0].id, "news")
    _merge(two)
    with transaction.atomic():
        assert not may_send(two[0].id, "news")


def test_a_withdrawal_of_one_record_ends_the_consent_of_the_other(two: Two) -> None:
    _agrees(two[1])
    withdraw_consent(person_id=two[1].id, purpose="news", by=CUSTOMER)
    _agrees(two[0])
    _merge(two)
    with transaction.atomic():
        assert not may_send(two[0].id, "news")
    assert not Consent.objects.filter(ended_at=None).exists()


def test_of_two_consents_the_later_one_counts(two: Two) -> None:
    _agrees(two[0])
    _agrees(two[1])
    _merge(two)
    assert Consent.objects.get(ended_at=None).person_id == two[0].id
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert Consent.objects.filter(ended_at=None).count() == 2


def test_an_objection_since_the_merge_counts_for_both_afterwards(two: Two) -> None:
    _merge(two)
    object_to_purpose(person_id=two[0].id, purpose="news", by=CUSTOMER)
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert set(Objection.objects.values_list("person_id", flat=True)) == {p.id for p in two}


def test_a_restriction_of_one_record_counts_for_both(two: Two, personas: Personas) -> None:
    restrict_person(person_id=two[1].id, reason="contested", by=OPERATOR)
    agent = personas.agent().actor
    with pytest.raises(NotFound):
        merge_persons(stays=two[0].id, goes=two[1].id, by=agent)
    person = _merge(two)
    assert person.status == PersonStatus.RESTRICTED
    unmerge_persons(merged=two[1].id, by=OPERATOR)
    assert dict(Person.objects.filter(pk__in=[p.id for p in two]).values_list("pk", "status")) == {
        two[0].id: "active", two[1].id: "restricted",
    }  # fmt: skip


def test_holds_join(two: Two) -> None:
    place_hold(person_id=two[0].id, reason="claim", review_on=today() + timedelta(days=9), by=OPERATOR)
    place_hold(person_id=two[1].id, reason="audit", review_on=today() + timedelta(days=5), by=OPERATOR)
    _merge(two)
    one = unlock(in_force())[0]
    assert (str(one.reason).split("\n"), one.review_on) == (["claim", "audit"], today() + timedelta(days=5))
    with pytest.raises(Refused, match="hold"):
        erase_person(two[0].id, by=OPERATOR, reason="asked")


def test_an_address_that_came_over_proves_nobodys_identity(two: Two) -> None:
    _merge(two)
    usable = {a.masked: a.why_not for a in address_book().addresses(two[0].id)}
    assert usable["a…@arbete.example"] == "came_by_merge"
    assert usable["a…@hemma.example"] != "came_by_merge"


# ------------------------------------------------------------------ what is refused


def test_a_colleague_is_not_merged(two: Two, personas: Personas) -> None:
    agent = personas.agent()
    with pytest.raises(Refused, match="has an account"):
        merge_persons(stays=two[0].id, goes=agent.person_id, by=OPERATOR)
    with pytest.raises(Refused, match="one and the same"):
        merge_persons(stays=two[0].id, goes=two[0].id, by=OPERATOR)
    with pytest.raises(NotFound):
        merge_persons(stays=two[0].id, goes=uuid.uuid4(), by=OPERATOR)


def test_bystanders_are_untouched(two: Two, personas: Personas) -> None:
    bo = personas.person("Bo Ek", "bo@ek.example")
    personas.ticket(bo, text="Ask Ada Lindqvist.")
    before = {k: v for k, v in everything().items() if bo.id in v.values()}
    _merge(two)
    after = everything()
    assert before
    assert {k: after[k] for k in before} == before


# ------------------------------------------------------------------ erasure after a merge


@pytest.mark.django_db(transaction=True)
def test_erasing_a_merged_person_leaves_nothing_of_either(two: Two) -> None:
    add_identifier(person=two[1], kind="phone", value="+46701234567", by=OPERATOR)
    _merge(two)
    outcome = erase_person(two[0].id, by=OPERATOR, reason="asked")
    assert outcome.residue["places"] == []
    words = [
        "Ada Lindqvist",
        "A. Lindqvist",
        "ada@hemma.example",
        "ada@arbete.example",
        "+46701234567",
        "groundsheet",
    ]
    assert scan(words, deep=True).places == []
    assert all(is_fenced(person.id) for person in two)
    assert not MergedPerson.objects.exists()
    assert not MergeUndo.objects.exists()
    assert not SealedFile.objects.filter(person_id__in=[p.id for p in two]).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_that_cross_one_happens(two: Two) -> None:
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def run(stays: uuid.UUID, goes: uuid.UUID) -> None:
        start.wait()
        try:
            outcomes.append(merge_persons(stays=stays, goes=goes, by=OPERATOR).pk)
        except (Refused, NotFound) as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    one, other = (p.id for p in two)
    threads = [threading.Thread(target=run, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Person.objects.filter(pk__in=(one, other)).count() == 1
    assert sorted(map(str, outcomes)).count("person_not_found") == 1
    assert Ticket.objects.filter(requester=Person.objects.get(pk__in=(one, other))).count() == 2


@pytest.mark.django_db(transaction=True)
def test_mail_that_comes_while_two_are_merged_is_the_one_persons(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was recognised as the one that ends, and is written once that is gone: the second try meets the other."""
    waiting, go_on = threading.Event(), threading.Event()

    def slowly(*given: Any) -> Any:
        filed = file_mail(*given)
        if not go_on.is_set():
            waiting.set()
            assert go_on.wait(20)
        return filed

    monkeypatch.setattr(settle_mail, "file_mail", slowly)

    def receive() -> None:
        try:
            receive_mail(raw=mail("ada@arbete.example", "In between."))
        finally:
            connections.close_all()

    thread = threading.Thread(target=receive)
    thread.start()
    assert waiting.wait(20)
    _merge(two)
    go_on.set()
    thread.join()
    message = next(m for m in unlock(Message.objects.all()) if "In between" in str(m.text))
    assert message.person_id == two[0].id
