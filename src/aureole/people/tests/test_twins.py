"""Records that are likely the same person: proposed by what both have, decided by somebody, never by itself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.actions.add_identifier import add_identifier
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.actions.tell_apart import tell_apart
from aureole.people.models import Organisation, Person, Twin, TwinSign
from aureole.people.twin_keys import mailbox
from aureole.people.twins import Likely, note_twins, open_pairs, open_twins, seek_new
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import erase_person
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
pytestmark = pytest.mark.django_db


def signs(person: Person) -> dict[object, str]:
    return {likely.person_id: str(likely.sign) for likely in open_twins(person.id)}


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("ada.lindqvist@gmail.com", "adalindqvist+shop@googlemail.com", "mailbox"),
        ("ada@outlook.com", "ada+news@outlook.com", "mailbox"),
        ("ada@hemma.example", "ada+news@hemma.example", "tag"),
    ],
)
def test_addresses_of_one_mailbox_are_proposed(personas: Personas, one: str, other: str, sign: str) -> None:
    a, b = personas.person("Ada", one), personas.person("Somebody", other)
    assert signs(a) == {b.id: sign}
    assert signs(b) == {a.id: sign}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.da@outlook.com", "ada@outlook.com"),  # dots make another mailbox there
        ("a.da@hemma.example", "ada@hemma.example"),
        ("ada@gmail.com", "ada@gmail.com.example"),
        ("ada@gmail.com", "bo@gmail.com"),
    ],
)
def test_other_mailboxes_are_not(personas: Personas, one: str, other: str) -> None:
    a, _ = personas.person("Ada", one), personas.person("Ada", other)
    assert signs(a) == {}


def test_an_address_that_is_only_a_tag_stays_itself() -> None:
    assert mailbox("+news@hemma.example").text == "+news@hemma.example"


def test_a_phone_number_is_recognised_as_a_customer_number(personas: Personas) -> None:
    a, b = personas.person("Ada"), personas.person("Somebody")
    add_identifier(person=a, kind="phone", value="+46 70 123 45 67", by=OPERATOR)
    add_identifier(person=b, kind="external", value="0046 70-123 45 67", by=OPERATOR)
    assert signs(a) == {b.id: "number"}


def test_a_customer_number_written_differently_is_recognised(personas: Personas) -> None:
    a, b = personas.person("Ada"), personas.person("Somebody")
    add_identifier(person=a, kind="external", value="C-10 42", by=OPERATOR)
    add_identifier(person=b, kind="external", value="c1042", by=OPERATOR)
    assert signs(a) == {b.id: "code"}


def test_a_name_counts_with_a_company_or_a_domain_of_one(personas: Personas) -> None:
    a = personas.person("Ada Lindqvist", "ada@arbete.example")
    same_domain = personas.person("lindqvist  ada", "al@arbete.example")
    same_company = personas.person("Ada Lindqvist", "ada@hemma.example")
    nordlys = Organisation.objects.create(name="Nordlys", created_at=now())
    for person in (a, same_company):
        correct_person(person=person, by=OPERATOR, organisation=nordlys)
    personas.person("Ada Lindqvist", "somewhere@else.example")
    assert signs(a) == {same_company.id: "company", same_domain.id: "domain"}
    assert not any(likely.is_strong for likely in open_twins(a.id))
    assert Likely(person_id=a.id, sign=TwinSign.MAILBOX).is_strong


def test_what_was_decided_is_not_asked_again(personas: Personas) -> None:
    a, b = personas.person("Ada", "ada@hemma.example"), personas.person("Bo", "ada+bo@hemma.example")
    seek_new()
    assert [(t.person_id, t.other_id) for t in open_pairs(OPERATOR)] == [tuple(sorted((a.id, b.id)))]
    tell_apart(person_id=b.id, other_id=a.id, by=OPERATOR)
    tell_apart(person_id=a.id, other_id=b.id, by=OPERATOR)
    for person in (a, b):
        note_twins(person)
    assert not open_pairs(OPERATOR).exists()
    assert open_twins(a.id) == []
    assert Twin.objects.count() == 2


def test_a_question_ends_when_the_sign_is_gone(personas: Personas) -> None:
    a, b = personas.person("Ada Ek", "ada@arbete.example"), personas.person("Ada Ek", "ek@arbete.example")
    seek_new()
    assert open_pairs(OPERATOR).count() == 1
    correct_person(person=b, by=OPERATOR, name="Eva Ek")
    seek_new()
    assert not Twin.objects.filter(person__in=(a, b)).exists()


def test_what_was_decided_about_others_holds_for_both_after_a_merge(personas: Personas) -> None:
    a, b = personas.person("Ada", "ada@hemma.example"), personas.person("Ada", "ada+b@hemma.example")
    c = personas.person("Cia", "ada+c@hemma.example")
    seek_new()
    tell_apart(person_id=b.id, other_id=c.id, by=OPERATOR)
    merge_persons(stays=a.id, goes=b.id, by=OPERATOR)
    seek_new()
    assert open_twins(a.id) == []
    assert not open_pairs(OPERATOR).exists()


def test_an_agent_is_not_asked_about_somebody_they_do_not_see(personas: Personas) -> None:
    a, b = personas.person("Ada", "ada@hemma.example"), personas.person("Ada", "ada+b@hemma.example")
    restrict_person(person_id=b.id, reason="contested", by=OPERATOR)
    seek_new()
    assert not open_pairs(personas.agent().actor).exists()
    assert open_pairs(personas.agent(role="privacy_officer").actor).get().person_id == min(a.id, b.id)
    with pytest.raises(Refused):
        tell_apart(person_id=a.id, other_id=a.id, by=OPERATOR)


def test_looking_costs_the_same_however_many_there_are(personas: Personas) -> None:
    a = personas.person("Ada Ek", "ada@arbete.example")
    personas.person("Ada Ek", "ek@arbete.example")
    few = _statements(a)
    for number in range(30):
        personas.person(f"Bo {number}", f"bo{number}@arbete.example")
    assert _statements(a) == few


def _statements(person: Person) -> int:
    with CaptureQueriesContext(connection) as captured:
        open_twins(person.id)
    return len(captured)


def _two_of_one_mailbox(personas: Personas) -> tuple[Person, Person]:
    return personas.person("Ada", "ada@gmail.com"), personas.person("Somebody", "a.d.a@gmail.com")


def test_an_erasure_asks_about_a_likely_twin_first_and_once(personas: Personas) -> None:
    a, b = _two_of_one_mailbox(personas)
    assert [(blocker.code, blocker.is_question) for blocker in make_plan(a.id).blockers] == [("twins", True)]
    with pytest.raises(Refused, match="likely this person's"):
        erase_person(a.id, by=OPERATOR, reason="asked")
    tell_apart(person_id=a.id, other_id=b.id, by=OPERATOR)
    assert make_plan(a.id).blockers == ()
    erase_person(a.id, by=OPERATOR, reason="asked")
    assert Person.objects.filter(pk=b.pk).exists()
    assert not Twin.objects.exists()


def test_a_hint_stops_no_erasure(personas: Personas) -> None:
    a, b = personas.person("Ada", "ada@hemma.example"), personas.person("Eva", "ada+eva@hemma.example")
    assert len(open_twins(a.id)) == 1
    erase_person(a.id, by=OPERATOR, reason="asked")
    assert Person.objects.filter(pk=b.pk).exists()


def test_what_has_run_out_goes_without_being_asked_about(personas: Personas) -> None:
    """Nobody asked for it, so nobody can say whether they meant both; each record runs out for itself."""
    a, _ = _two_of_one_mailbox(personas)
    erase_person(a.id, by=Actor.system(), reason="over", still=lambda person_id: True)
    assert not Person.objects.filter(pk=a.pk).exists()
