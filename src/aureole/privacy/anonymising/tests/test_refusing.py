"""Who would be singled out, and who else is not anonymised: refused before anything changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.kernel.clock import at, now
from aureole.kernel.errors import Refused
from aureole.people.actions.correct_person import correct_person
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Organisation, Person
from aureole.privacy.anonymising.plan import AnonymisingPlan, make_anonymising_plan
from aureole.privacy.anonymising.run import anonymise_person
from aureole.privacy.anonymising.tests.looking import (
    OFFICER,
    anonymise,
    findings,
)
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.models import Erasure
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas


def test_who_would_be_singled_out_is_refused_before_anything_changes(ada: Person, personas: Personas) -> None:
    with at(now() + timedelta(days=40)):
        personas.ticket(ada)
        assert findings(ada) == {
            ("Messages", ("month",), 1, False),
            ("Tickets", ("month", "type", "channel", "brand"), 1, False),
        }
        with pytest.raises(Refused, match="nobody else shares the same month"):
            anonymise(ada)
    assert Person.objects.get(pk=ada.id).status == "active"
    assert not Erasure.objects.exists()


def test_a_list_that_would_miss_one_of_few_is_a_reason_to_refuse(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    firm = Organisation.objects.create(name="Nordlys", created_at=now())
    correct_person(person=ada, by=OFFICER, organisation=firm)
    assert findings(ada) == {("Person", ("organisation",), 1, True)}
    Person.objects.exclude(pk=ada.id).update(organisation=firm)
    assert findings(ada) == set()


def test_what_was_anonymised_before_hides_nobody(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    bo = Person.objects.exclude(pk=ada.id)[0]
    anonymise(bo)
    assert {f[2] for f in findings(ada)} == {2}


def test_nothing_could_stay_of_somebody_without_a_conversation(ada: Person) -> None:
    with pytest.raises(Refused, match="Erase them instead"):
        anonymise(ada)


def test_a_restriction_and_a_hold_stand_in_the_way(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    place_hold(person_id=ada.id, reason="a claim", review_on=today() + timedelta(days=30), by=OFFICER)
    restrict_person(person_id=ada.id, reason="disputed", by=OFFICER)
    codes = {b.code for b in make_anonymising_plan(ada.id).blockers}
    assert codes == {"legal_hold", "person_restricted"}


def test_a_plan_that_changed_since_approval_stops(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    plan: AnonymisingPlan = make_anonymising_plan(ada.id)
    assert plan.hash != make_plan(ada.id).hash
    personas.ticket(ada)
    with pytest.raises(Refused, match="has changed"):
        anonymise(ada, expected_hash=plan.hash)


def test_the_second_person_must_be_another(ada: Person, personas: Personas) -> None:
    personas.ticket(ada)
    agent = personas.agent(role="admin").actor
    with pytest.raises(Refused, match="somebody else"):
        anonymise_person(ada.id, by=agent, reason="", approved_by=agent)


def test_whoever_is_being_erased_cannot_be_anonymised_any_more(ada: Person, personas: Personas) -> None:
    from aureole.privacy.erasure.begin import begin_erasure

    personas.ticket(ada)
    begin_erasure(person_id=ada.id, by=OFFICER, reason="")
    with pytest.raises(Refused, match="being erased already"):
        anonymise(ada)
