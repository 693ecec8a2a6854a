"""Rectification with history (GDPR Art. 16): what stood there stays sealed with the person, and goes with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aureole.desk.models import Message
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.models import Entry
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.forget_correction import forget_correction
from aureole.people.actions.mark_child import mark_child
from aureole.people.actions.record_guardian import record_guardian
from aureole.people.actions.remove_identifier import remove_identifier
from aureole.people.models import Correction, Identifier, Person
from aureole.people.queries import corrections_of, former, identifiers_of
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.models import ChannelProof
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


def test_a_hold_keeps_the_words_of_fields_that_keep_no_history_otherwise(
    ada: Person, personas: Personas
) -> None:
    named = replace(personas.agent().actor, is_named=True)
    mark_child(person=ada, born="2020-02-01", by=OPERATOR)
    mark_child(person=ada, born="2020-02-02", by=OPERATOR)
    record_guardian(person=ada, guardian="Bo, by phone", by=OPERATOR)
    assert not Correction.objects.exists()
    place_hold(person_id=ada.id, reason="claim", review_on=today() + timedelta(days=9), by=OPERATOR)
    mark_child(person=ada, born="2020-02-02", by=OPERATOR)
    mark_child(person=ada, born="2020-02-03", by=named)
    record_guardian(person=ada, guardian="Cy, by post", by=named)
    rows = unlock(Correction.objects.order_by("at"))
    assert [(row.before, row.by_kind) for row in rows] == [("2020-02-02", "named"), ("Bo, by phone", "named")]


def test_an_address_that_is_not_theirs_is_taken_off_and_still_looked_for_by_an_erasure(
    ada: Person, personas: Personas
) -> None:
    bo = personas.person("Bo Ek")
    told = personas.ticket(bo, text="Write to ada.l@gammal.example instead.")
    old = add_identifier(person=ada, kind="email", value="Ada.L@gammal.example", by=OPERATOR)
    proof = _code_sent_to(ada, old)
    for _ in range(2):
        remove_identifier(person_id=ada.id, identifier_id=old.pk, by=OPERATOR)
    assert [str(i.value) for i in identifiers_of([ada.id])] == ["ada@brevduva.example"]
    proof.refresh_from_db()
    assert proof.expires_at <= now(), "a code that went there counts no more"
    with pytest.raises(NotFound):
        remove_identifier(person_id=bo.id, identifier_id=identifiers_of([ada.id])[0].pk, by=OPERATOR)
    assert [hit.id for hit in find("ada.l@gammal.example", actor=OPERATOR, kinds=["person"]).hits] == [ada.id]
    outcome = erase_person(person_id=ada.id, by=OPERATOR, reason="asked")
    assert unlock(told.messages.all())[0].text == "Write to [erased person] instead."
    assert not Correction.objects.exists() and not outcome.residue["places"]


def _code_sent_to(person: Person, identifier: Identifier) -> ChannelProof:
    request = open_request(kind="rectification", person_id=person.id, channel="agent", by=OPERATOR)
    return ChannelProof.objects.create(
        request=request, identifier_id=identifier.pk, purpose="identity", code="x", sent_at=now(),
        expires_at=now() + timedelta(hours=1),
    )  # fmt: skip


def test_an_address_taken_off_is_its_owners_and_no_longer_the_others(ada: Person, personas: Personas) -> None:
    wrong = add_identifier(person=ada, kind="email", value="bo@ek.example", by=OPERATOR)
    remove_identifier(person_id=ada.id, identifier_id=wrong.pk, by=OPERATOR)
    bo = personas.person("Bo Ek", "bo@ek.example")
    personas.ticket(bo, text="I am bo@ek.example.")
    erase_person(person_id=ada.id, by=OPERATOR, reason="asked")
    assert unlock(Message.objects.all())[0].text == "I am bo@ek.example."


def test_what_was_taken_off_as_somebody_elses_is_blacked_out_when_they_are_erased(
    ada: Person, personas: Personas
) -> None:
    wrong = add_identifier(person=ada, kind="email", value="bo@ek.example", by=OPERATOR)
    remove_identifier(person_id=ada.id, identifier_id=wrong.pk, by=OPERATOR)
    bo = personas.person("Bo Ek", "bo@ek.example")
    outcome = erase_person(person_id=bo.id, by=OPERATOR, reason="asked")
    assert unlock(Correction.objects.all())[0].before == "[erased person]" and not outcome.residue["places"]


def test_an_address_that_is_needed_stays(ada: Person, personas: Personas) -> None:
    [own] = identifiers_of([ada.id])
    officer = personas.agent("Olle Berg", role="privacy_officer")
    [signs_in] = identifiers_of([officer.person_id])
    open_request(kind="access", person_id=ada.id, channel="agent", by=OPERATOR)
    for person_id, row, by, why in (
        (ada.id, own, OPERATOR, "told of it"),
        (officer.person_id, signs_in, officer.actor, "works here"),
        (officer.person_id, signs_in, OPERATOR, "signs in by"),
    ):
        with pytest.raises(Refused, match=why):
            remove_identifier(person_id=person_id, identifier_id=row.pk, by=by)
    with pytest.raises(Refused, match="works here"):
        add_identifier(person=officer.person, kind="email", value="me@too.example", by=officer.actor)


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


def test_history_says_that_the_operator_only_named_who_did_it(ada: Person, personas: Personas) -> None:
    correct_person(
        person=ada,
        by=replace(personas.agent("Olle Berg", role="privacy_officer").actor, is_named=True),
        name="Ada Berg",
    )
    assert Correction.objects.get().by_kind == "named"


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
