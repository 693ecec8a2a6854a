"""Two records of one person become one; everything of both is found there, and erased with them."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection, connections

from aureole.channels.email.actions import settle_mail
from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.filing import file_mail
from aureole.channels.email.models import InboundState
from aureole.desk.models import Message, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.models import Identifier, MergedPerson, MergeUndo, Person
from aureole.people.queries import owners_of
from aureole.people.tests.merging import Two, everything, mail, merge
from aureole.people.tests.merging import two as two
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import export_person
from aureole.privacy.residue.scan import scan
from aureole.search.find import find
from aureole.testing.personas import Personas
from aureole.vault.keys import is_fenced
from aureole.vault.models import SealedFile
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()
CUSTOMER = Actor(kind="customer")
pytestmark = pytest.mark.django_db


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
    merge(two)
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
    merge(two)
    for words in ("groundsheet", "flysheet", "ada@arbete.example"):
        assert {hit.person for hit in find(words, actor=OPERATOR).hits} == {two[0].id}, words
    assert [hit.id for hit in find("A. Lindqvist", actor=OPERATOR, kinds=["person"]).hits] == [two[0].id]
    assert owners_of("ada@arbete.example") == [two[0].id]


def test_mail_to_a_merged_address_is_the_same_persons(two: Two) -> None:
    merge(two)
    taken = receive_mail(raw=mail("ada@arbete.example", "Me again."))
    assert (taken.state, taken.person_id) == (InboundState.ACCEPTED, two[0].id)


def test_the_export_of_the_record_that_stays_has_both(two: Two, tmp_path: Path) -> None:
    merge(two)
    export_person(two[0].id, tmp_path / "e.zip", by=OPERATOR)
    with ZipFile(tmp_path / "e.zip") as package:
        words = b"".join(package.read(name) for name in package.namelist())
    for text in ("flysheet attached", "groundsheet attached", "ada@arbete.example", "A. Lindqvist"):
        assert text.encode() in words, text


def test_a_picked_field_comes_from_the_record_that_ends(two: Two) -> None:
    correct_person(person=two[0], by=OPERATOR, postal_address="Hemgatan 1", pronouns="she/her")
    correct_person(person=two[1], by=OPERATOR, postal_address="Arbetsgatan 2")
    person = merge(two, postal_address="goes", name="goes")
    assert (person.postal_address, person.pronouns, person.name) == (
        "Arbetsgatan 2",
        "she/her",
        "A. Lindqvist",
    )


def test_a_field_that_there_is_not_cannot_be_picked(two: Two) -> None:
    with pytest.raises(Refused, match="Pick from the fields"):
        merge_persons(stays=two[0].id, goes=two[1].id, by=OPERATOR, picks={"shoe_size": "goes"})
    assert Person.objects.filter(pk__in=[p.id for p in two]).count() == 2


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
    merge(two)
    after = everything()
    assert before
    assert {k: after[k] for k in before} == before


# ------------------------------------------------------------------ erasure after a merge


@pytest.mark.django_db(transaction=True)
def test_erasing_a_merged_person_leaves_nothing_of_either(two: Two) -> None:
    add_identifier(person=two[1], kind="phone", value="+46701234567", by=OPERATOR)
    merge(two)
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
    merge(two)
    go_on.set()
    thread.join()
    message = next(m for m in unlock(Message.objects.all()) if "In between" in str(m.text))
    assert message.person_id == two[0].id
