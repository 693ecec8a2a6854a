"""Whoever got somebody's data outside of this program has to hear of what is done with it, also without a request."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.release_person import release_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.export.answer import Told
from aureole.privacy.export.ports import receivers_of
from aureole.privacy.informing.actions.name_recipient import name_recipient
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.settle_changes import settle_changes
from aureole.privacy.informing.actions.settle_recipient import settle_recipient
from aureole.privacy.informing.hearing import untold
from aureole.privacy.models import Disclosure, RecipientNotice
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.evidence import evidence_of
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import start_of, today
from aureole.testing.personas import Personas

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPERATOR = Actor.operator()


@pytest.fixture
def bo(personas: Personas) -> Person:
    return personas.person("Bo Ek", "bo@ek.example")


@pytest.fixture
def frakt(bo: Person) -> Disclosure:
    note_disclosure(person_id=bo.id, to="insurer", unnamed="unknown", why="its file is gone", by=OPERATOR)
    return note_disclosure(person_id=bo.id, to="carrier", name="Fjellfrakt AS", by=OPERATOR)


def _waits(person: Person) -> list[tuple[str, ...]]:
    return [(one.words.split(" (")[0], *(event for event, _ in one.changes)) for one in untold(person.id)]


def test_what_staff_put_right_waits_until_who_got_it_heard_or_it_is_said_why_not(
    bo: Person, frakt: Disclosure
) -> None:
    correct_person(person=bo, by=OPERATOR, name="Bo Ekk")
    correct_person(person=bo, by=OPERATOR, postal_address="Fjellvegen 1")
    add_identifier(person=bo, kind="phone", value="+47 22 00 00 01", by=OPERATOR)
    assert _waits(bo) == [("Fjellfrakt AS", "correct")], "an afternoon's corrections are one"
    assert [(one.kind, one.person_id) for one in matters()] == [("recipients", bo.id)]
    with pytest.raises(Refused, match="what shows that"):
        settle_changes(disclosure_id=frakt.id, hearing="effort", by=OPERATOR)
    with pytest.raises(Refused, match="Say whether they were told"):
        settle_changes(disclosure_id=frakt.id, hearing="over", reason="no", by=OPERATOR)
    with pytest.raises(NotFound):
        settle_changes(disclosure_id=bo.id, by=OPERATOR)
    done = [settle_changes(disclosure_id=frakt.id, reason="by phone", by=OPERATOR) for _ in range(2)]
    assert (done, _waits(bo), matters()) == ([1, 0], [], [])
    assert [e.facts for e in Entry.objects.filter(type="informing.settled")] == [
        {"event": "correct", "hearing": "told"}
    ]
    who, what = Told("de").receiver(receivers_of(bo.id)[-1])
    assert (
        who == "Fjellfrakt AS (ein Transportunternehmen)" and "dass Ihre Daten hier berichtigt wurden" in what
    )
    correct_person(person=bo, by=OPERATOR, name="Bo Ek")
    assert _waits(bo) == [("Fjellfrakt AS", "correct")], "a later one is one of its own"


def test_who_never_heard_of_a_restriction_need_not_hear_that_it_was_lifted(
    bo: Person, frakt: Disclosure
) -> None:
    def restrict_and_lift(*, tell: bool) -> list[tuple[str, ...]]:
        restrict_person(person_id=bo.id, reason="contested", by=OPERATOR)
        assert ("Fjellfrakt AS", "restrict") in _waits(bo)
        if tell:
            settle_changes(disclosure_id=frakt.id, by=OPERATOR)
        release_person(person_id=bo.id, reason="right", told="by phone", by=OPERATOR)
        return _waits(bo)

    assert restrict_and_lift(tell=False) == []
    assert restrict_and_lift(tell=True) == [("Fjellfrakt AS", "lift")]
    assert restrict_and_lift(tell=False) == [], "and what a new restriction took the place of"


def test_what_was_changed_since_an_earlier_disclosure_is_owed_when_that_or_its_name_is_noted(
    bo: Person,
) -> None:
    earlier = today() - timedelta(days=9)
    with clock.at(start_of(earlier + timedelta(days=2))):
        correct_person(person=bo, by=OPERATOR, name="Bo Ekk")
        restrict_person(person_id=bo.id, reason="contested", by=OPERATOR)
    note_disclosure(person_id=bo.id, to="carrier", name="Late AS", on=today(), by=OPERATOR)
    note_disclosure(person_id=bo.id, to="carrier", name="Fjellfrakt AS", on=earlier, by=OPERATOR)
    row = note_disclosure(
        person_id=bo.id, to="insurer", unnamed="unknown", why="gone", on=earlier, by=OPERATOR
    )
    assert _waits(bo) == [("Fjellfrakt AS", "correct", "restrict")]
    name_recipient(disclosure_id=row.id, name="Trygg AB", by=OPERATOR)
    assert ("Trygg AB", "correct", "restrict") in _waits(bo)
    assert {day for one in untold(bo.id) for _, day in one.changes} == {earlier + timedelta(days=2)}


def test_a_restriction_somebody_asked_for_is_owed_later_only_while_it_holds(bo: Person) -> None:
    request = open_request(kind="restriction", person_id=bo.id, channel="cli", by=OPERATOR)
    vouch_identity(request_id=request.id, how="known in person", by=OPERATOR)
    complete_request(request_id=request.id, by=OPERATOR)
    row = note_disclosure(person_id=bo.id, to="carrier", name="Fjellfrakt AS", by=OPERATOR)
    assert [notice.request_id for notice in RecipientNotice.objects.filter(disclosure=row)] == [request.id]
    release_person(person_id=bo.id, reason="right", told="by phone", by=OPERATOR)
    late = note_disclosure(person_id=bo.id, to="carrier", name="Late AS", by=OPERATOR)
    assert not RecipientNotice.objects.filter(disclosure=late).exists()


def test_the_words_of_the_evidence_say_who_had_to_hear_of_a_correction_and_whether_they_did(
    bo: Person, frakt: Disclosure, tmp_path: Path
) -> None:
    request = open_request(
        kind="rectification", person_id=bo.id, correction={"name": "Bo Ekk"}, channel="cli", by=OPERATOR
    )
    vouch_identity(request_id=request.id, how="known in person", by=OPERATOR)
    complete_request(request_id=request.id, by=OPERATOR)

    def heard() -> list[tuple[str, str]]:
        evidence_of(request.id, tmp_path / "evidence.zip", by=OPERATOR, with_words=True)
        with zipfile.ZipFile(tmp_path / "evidence.zip") as bundle:
            told = json.loads(bundle.read("words.json"))
            assert not any(b"Fjellfrakt" in bundle.read(n) for n in bundle.namelist() if n != "words.json")
        return [(one["name"], one["hearing"]) for one in told["had_to_hear"]]

    assert heard() == [("Fjellfrakt AS", "to be told")]
    settle_recipient(request_id=request.id, disclosure_id=frakt.id, reason="by phone", by=OPERATOR)
    assert heard() == [("Fjellfrakt AS", "told")]
