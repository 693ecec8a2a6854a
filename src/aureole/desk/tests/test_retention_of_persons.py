"""A person of whom nothing is left goes with their keys; what still goes on keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from aureole.desk.tests.running_out import (
    DAY,
    OPERATOR,
    answered_ticket,
    are_here,
    counts_of,
    run_approved,
)
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people import retention as persons_unit
from aureole.people.models import Organisation, Person
from aureole.people.relationships import end_relationship
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.plan import make_plan
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.vault.keys import states
from aureole.vault.keystore.models import KeyState


def test_a_person_of_whom_nothing_is_left_is_erased_with_their_keys(personas: Personas, agent: Agent) -> None:
    gone, stays = personas.person(), personas.person("Bo Ek")
    ticket = answered_ticket(personas, agent, 100, person=gone)
    answered_ticket(personas, agent, 100, person=stays)
    answered_ticket(personas, agent, 10, person=stays)
    Person.objects.update(created_at=now() - 200 * DAY)
    assert counts_of(make_plan(), "people_person") == {"customer": (1, 0, 0, 0)}
    outcome = run_approved()
    assert outcome.done["people_person"] == 1
    assert not Person.objects.filter(pk=gone.id).exists()
    assert set(states(gone.id).values()) == {KeyState.ERASED}
    assert Person.objects.filter(pk=stays.id).exists()
    assert Person.objects.filter(pk=agent.person_id).exists(), "an account is a reason to stay"
    assert are_here(ticket) == [False]


def test_a_longer_period_for_customers_counts_from_a_contact_that_is_gone(
    personas: Personas, agent: Agent
) -> None:
    ada = personas.person()
    answered_ticket(personas, agent, 100, person=ada)
    Person.objects.update(created_at=now() - 900 * DAY)
    set_rule(reason="as agreed", class_key="customer", months=12, by=OPERATOR)
    run_approved()
    assert Person.objects.get(pk=ada.id).last_contact_on == (now() - 100 * DAY).date()
    with clock.at(now() + 270 * DAY):
        run_approved()
    assert not Person.objects.filter(pk=ada.id).exists()


def test_of_somebody_in_an_organisation_the_end_has_to_be_stated(personas: Personas, agent: Agent) -> None:
    ada = personas.person()
    firm = Organisation.objects.create(name="Nordlys", created_at=now())
    Person.objects.filter(pk=ada.id).update(created_at=now() - 900 * DAY, organisation=firm)
    assert counts_of(make_plan(), "people_person") == {}
    end_relationship(person=Person.objects.get(pk=ada.id), ended_on=today() - 100 * DAY, by=OPERATOR)
    assert counts_of(make_plan(), "people_person") == {"customer": (1, 0, 0, 0)}


def test_an_open_request_a_restriction_and_a_hold_keep_a_person(personas: Personas) -> None:
    asked, restricted, held = (personas.person() for _ in range(3))
    open_request(kind="access", person_id=asked.id, channel="portal", by=Actor(kind="customer"))
    Person.objects.filter(pk=restricted.id).update(status="restricted")
    place_hold(person_id=held.id, reason="claim", review_on=today() + DAY, by=OPERATOR)
    Person.objects.update(created_at=now() - 200 * DAY)
    assert counts_of(make_plan(), "people_person") == {"customer": (0, 0, 2, 0)}
    run_approved()
    assert Person.objects.count() == 3


def test_a_mail_that_comes_before_a_person_is_frozen_keeps_them(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = personas.person()
    Person.objects.update(created_at=now() - 200 * DAY)
    erase = persons_unit.erase_several

    def written_first(person_ids: Any, **more: Any) -> Any:
        for person in Person.objects.filter(pk__in=person_ids):
            personas.ticket(person)
        return erase(person_ids, **more)

    monkeypatch.setattr(persons_unit, "erase_several", written_first)
    assert run_approved().done == {}
    assert Person.objects.get(pk=ada.id).status == "active"
