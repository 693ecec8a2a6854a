from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from aureole.desk.models import Ticket
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.anonymising.run import begin_anonymising
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.models import Erasure, ErasureState, RequestState, RightsRequest, Way
from aureole.privacy.rights.actions.approve_request import approve_request
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.actions.vouch_identity import vouch_identity
from aureole.privacy.rights.tasks import carry_out_request
from aureole.testing.personas import Personas
from aureole.web.tests.browsers import SignIn

NAME = "Ada Lindqvist"


@pytest.fixture
def ada(personas: Personas, settings: Any) -> Person:
    """One of three who wrote this month, which is enough here."""
    settings.AUREOLE_ANONYMITY = 3
    for _ in range(2):
        personas.ticket(personas.person("Bo Ek"))
    ada = personas.person(NAME)
    personas.ticket(ada)
    return ada


def _plan(page: str) -> str:
    found = re.search(r'name="plan" value="([0-9a-f]{64})"', page)
    assert found, "the form carries the plan it was made from"
    return found[1]


def test_the_plan_says_what_stays_and_that_it_points_at_nobody(ada: Person, sign_in: SignIn) -> None:
    plan = make_anonymising_plan(ada.id)
    client = sign_in("privacy_officer")
    page = client.get(f"/privacy/anonymise/{ada.id}/").content.decode()
    assert f"2 items stay and are nobody’s. {plan.total} items about Ada go." in page
    assert "At least 3 people share what stays" in page
    assert "Propose to keep 2 items" in page
    assert "Under a pseudonym" in page
    assert (
        f"/privacy/anonymise/{ada.id}/"
        in client.get(reverse("people:record", args=[ada.id])).content.decode()
    )


def test_where_one_is_enough_it_begins_with_the_name_typed_and_ends_with_a_receipt(
    ada: Person, sign_in: SignIn, settings: Any
) -> None:
    settings.AUREOLE_SECOND_PERSON = False
    client = sign_in("privacy_officer")
    here = f"/privacy/anonymise/{ada.id}/"
    plan = _plan(client.get(here).content.decode())
    assert client.post(here, {"confirm": "Bo", "plan": plan}).status_code == 422
    assert client.post(here, {"confirm": NAME, "plan": "0" * 64}).status_code == 409
    assert not Erasure.objects.exists()
    answer = client.post(here, {"confirm": NAME, "plan": plan, "reason": "left"})
    begun = Erasure.objects.get()
    assert answer.headers["Location"] == f"/privacy/erasures/{begun.id}/"
    running = client.get(answer.headers["Location"]).content.decode()
    assert "Somebody is being anonymised." in running
    assert "Taking the person out of their conversations" in running
    carry_out(begun.id)
    done = client.get(answer.headers["Location"]).content.decode()
    assert "2 stay and are nobody’s" in done
    assert "What stays and is nobody’s" in done
    assert "anonymised" in client.get("/privacy/erasures/").content.decode()
    pseudonym = Ticket.objects.get(requester__in=Person.objects.pseudonyms()).requester_id
    record = client.get(reverse("people:record", args=[pseudonym])).content.decode()
    assert "Nobody: these conversations are of somebody who was anonymised." in record
    assert "Export</button>" not in record
    number = Ticket.objects.get(requester=pseudonym).number
    assert "Whoever asked was anonymised" in client.get(f"/tickets/{number}/").content.decode()


def test_who_would_be_singled_out_is_refused_with_a_way_to_erase(
    ada: Person, settings: Any, sign_in: SignIn
) -> None:
    settings.AUREOLE_ANONYMITY = 5
    client = sign_in("privacy_officer")
    page = client.get(f"/privacy/anonymise/{ada.id}/").content.decode()
    assert "Tickets: only 3 people share the same month, type, channel, brand." in page
    assert f'href="/privacy/erase/{ada.id}/"' in page
    assert 'name="confirm"' not in page
    assert client.post(f"/privacy/anonymise/{ada.id}/", {"confirm": NAME, "plan": ""}).status_code == 409


def test_one_that_stands_still_can_be_erased_instead(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    begun = begin_anonymising(person_id=ada.id, by=Actor.operator(), reason="")
    for other in list(Person.objects.exclude(pk=ada.id).filter(agent=None)):
        erase_person(other.id, by=Actor.operator(), reason="")
    client = sign_in("privacy_officer")
    page = client.get(f"/privacy/erasures/{begun.id}/").content.decode()
    assert "It stands still" in page and "Propose to erase the rest of them" in page
    client.post(f"/privacy/erasures/{begun.id}/instead/")
    proposed = RightsRequest.objects.get()
    assert (proposed.state, Erasure.objects.get(pk=begun.id).way) == (RequestState.APPROVAL, Way.ANONYMISE)
    approve_request(request_id=proposed.id, by=personas.agent("Eva Ek", role="admin").actor)
    carry_out_request(request_id=str(proposed.id))
    done = Erasure.objects.get(pk=begun.id)
    assert (done.way, done.state) == (Way.ERASE, ErasureState.DONE)
    assert RightsRequest.objects.get().state == RequestState.DONE


def test_where_one_is_enough_it_is_erased_instead_at_once(
    ada: Person, sign_in: SignIn, settings: Any
) -> None:
    settings.AUREOLE_SECOND_PERSON = False
    begun = begin_anonymising(person_id=ada.id, by=Actor.operator(), reason="")
    sign_in("privacy_officer").post(f"/privacy/erasures/{begun.id}/instead/")
    assert Erasure.objects.get(pk=begun.id).way == Way.ERASE


def test_what_was_proposed_keeps_the_conversations_and_says_what_changed_since(
    ada: Person, personas: Personas, sign_in: SignIn
) -> None:
    client, here = sign_in("privacy_officer"), f"/privacy/anonymise/{ada.id}/"
    second = personas.agent("Eva Ek", role="admin").actor
    plan = _plan(client.get(here).content.decode())
    there = client.post(here, {"confirm": NAME, "plan": plan, "reason": "left"}).headers["Location"]
    proposed = RightsRequest.objects.get()
    page = client.get(there).content.decode()
    assert "We propose to anonymise Ada Lindqvist." in page and "2 items stay and are nobody’s" in page
    approve_request(request_id=proposed.id, by=second)
    personas.ticket(ada)
    carry_out_request(request_id=str(proposed.id))
    assert not Erasure.objects.exists()
    page = client.get(there).content.decode()
    assert "What has changed since it was frozen" in page
    assert re.search(r'Tickets</th><td class="num"[^>]*>1</td><td class="num"[^>]*>2</td>', page)
    client.post(f"{there}keep/")
    approve_request(request_id=proposed.id, by=second)
    carry_out_request(request_id=str(proposed.id))
    assert Ticket.objects.filter(requester__in=Person.objects.pseudonyms()).count() == 2


def test_agents_may_neither_look_nor_begin(ada: Person, sign_in: SignIn) -> None:
    client = sign_in("agent")
    assert client.get(f"/privacy/anonymise/{ada.id}/").status_code == 403
    assert client.post(f"/privacy/anonymise/{ada.id}/", {"confirm": NAME}).status_code == 403


def test_a_request_to_be_erased_can_be_answered_so(ada: Person, sign_in: SignIn) -> None:
    asked = open_request(kind="erasure", person_id=ada.id, channel="cli", by=Actor.operator())
    vouch_identity(request_id=asked.id, how="counter", by=Actor.operator())
    client = sign_in("privacy_officer")
    here = f"/privacy/requests/{asked.number}/"
    assert "Anonymise instead" in client.get(here).content.decode()
    client.post(f"{here}keep/")
    page = client.get(here).content.decode()
    assert "2 items stay and are nobody’s" in page
    assert "Under a pseudonym" in page
