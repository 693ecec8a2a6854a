"""From the record of a person to their erasure by two: proposed, released by somebody else, carried out exactly."""

from __future__ import annotations

import re
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.kernel.actor import Actor
from aureole.ledger.models import Entry
from aureole.people.models import Person
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.models import Erasure, RequestLetter, RequestState, RequestStep, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.tasks import carry_out_request
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

NAME = "Ada Lindqvist"


@pytest.fixture
def ada(personas: Personas) -> Person:
    person = personas.person(NAME, "ada@brevduva.example")
    personas.ticket(person)
    return person


def _proposed(client: Any, ada: Person) -> str:
    here = f"/privacy/erase/{ada.id}/"
    found = re.search(r'name="plan" value="([0-9a-f]{64})"', client.get(here).content.decode())
    assert found
    answer = client.post(here, {"confirm": NAME, "plan": found[1], "reason": "unlawful"})
    return str(answer.headers["Location"])


def test_two_people_erase_somebody_in_four_clicks(ada: Person, personas: Personas, sign_in: SignIn) -> None:
    """Erase (on the record), confirm; in the queue of the other: the line, release."""
    first = sign_in(agent=personas.agent("Signe Holm", role="privacy_officer"))
    second = sign_in(agent=personas.agent("Eva Ek", role="admin"))
    there = _proposed(first, ada)
    proposed = RightsRequest.objects.get()
    assert there == f"/privacy/requests/{proposed.number}/"
    assert not Erasure.objects.exists() and Person.objects.get(pk=ada.id).status == "active"
    mine = first.get(there).content.decode()
    assert "We propose to erase Ada Lindqvist." in mine and "You prepared it, so a second person" in mine
    assert "Should never have been held" in mine and "They took it back" not in mine
    assert first.post(f"{there}release/", {"plan": proposed.plan_hash}).status_code == 409
    assert "Erase, by our decision" in second.get("/privacy/").content.decode()
    page = second.get(there).content.decode()
    assert "Signe Holm, prepared it" in page and "btn final" in page
    assert second.post(f"{there}release/", {"plan": proposed.plan_hash}).status_code == 302
    [job] = ProcrastinateJob.objects.filter(task_name="privacy.carry_out_request")
    assert job.args == {"request_id": str(proposed.id)} and job.scheduled_at is None
    carry_out_request(**job.args)
    assert RightsRequest.objects.get().state == RequestState.DONE
    assert payload_of(Erasure.objects.get().certificate)["approved_by_second_person"] is True
    begun = Entry.objects.get(type="privacy.erasure_begun").facts
    assert (begun["approval"], begun["request"]) == ("second_person", proposed.number)
    assert not RequestLetter.objects.exists(), "nobody asked, so nobody is answered"
    done = first.get(there).content.decode()
    assert "It was a decision of our own. Done." in done and "See the receipt" in done


def test_a_proposal_is_made_once_and_can_be_withdrawn(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    there = _proposed(client, ada)
    assert client.get(f"/privacy/erase/{ada.id}/").headers["Location"] == there
    assert client.post(f"/privacy/anonymise/{ada.id}/", {"confirm": NAME}).headers["Location"] == there
    assert "Withdraw the proposal" in client.get(there).content.decode()
    assert client.post(f"{there}take-back/", {"reason": "a mistake"}).status_code == 302
    assert RightsRequest.objects.get().state == RequestState.WITHDRAWN
    assert client.get(f"/privacy/erase/{ada.id}/").status_code == 200


def test_another_plan_than_the_one_looked_at_proposes_nothing(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("privacy_officer")
    answer = client.post(f"/privacy/erase/{ada.id}/", {"confirm": NAME, "plan": "0" * 64})
    assert answer.status_code == 409 and "has changed since you looked" in answer.content.decode()
    assert not RightsRequest.objects.exists() and not RequestStep.objects.exists()


def test_what_they_asked_for_is_said_beside_the_plan_and_ends_with_it(ada: Person, sign_in: SignIn) -> None:
    asked = open_request(kind="erasure", person_id=ada.id, channel="cli", by=Actor.operator())
    open_request(kind="access", person_id=ada.id, channel="cli", by=Actor.operator())
    client = sign_in("privacy_officer")
    page = client.get(f"/privacy/erase/{ada.id}/").content.decode()
    assert f"Request no. {asked.number}</a>, “Delete my data”, is open." in page
    assert "This answers it" in page and "Answer it first" in page
    _proposed(client, ada)
    assert RightsRequest.objects.filter(kind="erasure").count() == 2
