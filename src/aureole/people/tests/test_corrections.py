"""Rectification with history (GDPR Art. 16): what stood there stays sealed with the person, and goes with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.forget_correction import forget_correction
from aureole.people.models import Correction, Person
from aureole.people.queries import corrections_of, former
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.place import today
from aureole.search.find import find
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock

OPERATOR = Actor.operator()


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


def _names(person: Person) -> list[str]:
    return former(corrections_of([person.id]).get(person.id, []), "name")


def test_what_stood_there_is_kept_newest_first(ada: Person) -> None:
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    correct_person(person=ada, by=OPERATOR, name="Ada Berglund")
    assert _names(ada) == ["Ada Berg", "Ada Lindqvist"]


def test_a_field_that_was_empty_or_stays_the_same_makes_no_history(ada: Person) -> None:
    correct_person(person=ada, by=OPERATOR, name="Ada Lindqvist", pronouns="she/her")
    assert not Correction.objects.exists()


def test_the_old_value_is_read_from_the_row_not_from_the_callers_copy(ada: Person) -> None:
    stale = unlock(Person.objects.filter(pk=ada.pk))[0]
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    correct_person(person=stale, by=OPERATOR, name="Ada Ek")
    assert _names(ada) == ["Ada Berg", "Ada Lindqvist"]


def test_emptying_a_field_forgets_what_stood_there_earlier_too(ada: Person) -> None:
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    correct_person(person=ada, by=OPERATOR, name="")
    assert not Correction.objects.exists()


def test_a_former_name_still_finds_the_person_until_it_is_forgotten(ada: Person) -> None:
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    assert [hit.id for hit in find("Lindqvist", actor=OPERATOR).hits] == [ada.id]
    [row] = Correction.objects.all()
    forget_correction(person_id=ada.id, correction_id=row.pk, by=OPERATOR)
    forget_correction(person_id=ada.id, correction_id=row.pk, by=OPERATOR)
    assert not find("Lindqvist", actor=OPERATOR).hits
    assert Entry.objects.filter(type="people.correction_forgotten").count() == 1


def test_a_hold_keeps_what_stood_there_before_also_of_an_emptied_field(ada: Person) -> None:
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    hold = place_hold(person_id=ada.id, reason="claim", review_on=today() + timedelta(days=9), by=OPERATOR)
    correct_person(person=ada, by=OPERATOR, name="")
    assert _names(ada) == ["Ada Berg", "Ada Lindqvist"]
    row = Correction.objects.order_by("at")[0]
    with pytest.raises(Refused, match="legal hold"):
        forget_correction(person_id=ada.id, correction_id=row.pk, by=OPERATOR)
    release_hold(hold_id=hold.id, reason="settled", by=OPERATOR)
    forget_correction(person_id=ada.id, correction_id=row.pk, by=OPERATOR)
    assert _names(ada) == ["Ada Berg"]


def test_nobody_elses_history_can_be_forgotten(ada: Person, personas: Personas) -> None:
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    with pytest.raises(NotFound):
        forget_correction(
            person_id=personas.person("Bo").id, correction_id=Correction.objects.get().pk, by=OPERATOR
        )
    assert _names(ada) == ["Ada Lindqvist"]


def test_history_says_which_request_it_came_from(ada: Person) -> None:
    request = open_request(
        kind="rectification", person_id=ada.id, channel="agent", by=OPERATOR, correction={"name": "Ada Berg"}
    )
    vouch_identity(request_id=request.id, how="passport seen", by=OPERATOR)
    complete_request(request_id=request.id, by=OPERATOR)
    [row] = Correction.objects.all()
    assert (row.request_id, row.field, row.by_kind) == (request.id, "name", "operator")


def test_an_erasure_blacks_out_a_former_name_in_others_texts_and_takes_the_history(
    ada: Person, personas: Personas
) -> None:
    ticket = personas.ticket(personas.person("Bo Ek"), text="Ada Lindqvist has the other half of the tent.")
    correct_person(person=ada, by=OPERATOR, name="Ada Berg")
    outcome = erase_person(person_id=ada.id, by=OPERATOR, reason="asked")
    text = unlock(ticket.messages.all())[0].text
    assert "Lindqvist" not in text and "the other half of the tent" in text
    assert not Correction.objects.exists() and not outcome.residue["places"]


def test_somebody_else_in_a_former_postal_address_is_blacked_out_with_them(
    ada: Person, personas: Personas
) -> None:
    bo = personas.person("Bo Ek")
    correct_person(person=bo, by=OPERATOR, postal_address="c/o Ada Lindqvist, Gata 1")
    correct_person(person=bo, by=OPERATOR, postal_address="Nygatan 5")
    erase_person(person_id=ada.id, by=OPERATOR, reason="asked")
    [row] = unlock(Correction.objects.all())
    assert "Lindqvist" not in row.before and "Gata 1" in row.before
