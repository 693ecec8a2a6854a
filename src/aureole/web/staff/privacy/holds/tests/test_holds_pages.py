from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aureole.desk.models import Message, Ticket
from aureole.kernel.actor import Actor
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.models import Hold, RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.tests.browsers import SignIn

SOON = (today() + timedelta(days=30)).isoformat()
WHY = {"reason": "A claim was announced.", "ground": "claims", "review_on": SOON}


@pytest.fixture
def ada(personas: Personas) -> Person:
    return personas.person("Ada Lindqvist", "ada@brevduva.example")


@pytest.fixture
def officer(sign_in: SignIn) -> Client:
    return sign_in("privacy_officer")


def _hold(person: Person, days: int = 30, table: str = "", row_id: uuid.UUID | None = None) -> Hold:
    hold = place_hold(
        person_id=person.id, reason="A claim of Ada’s.", review_on=today() + timedelta(days=30),
        by=Actor.operator(), table=table, row_id=row_id,
    )  # fmt: skip
    Hold.objects.filter(pk=hold.pk).update(review_on=today() + timedelta(days=days))
    return hold


def test_a_person_is_held_from_the_page_and_the_record_says_by_which_law(
    ada: Person, officer: Client
) -> None:
    made = officer.post(f"/privacy/holds/new/?person={ada.id}", WHY, follow=True).content.decode()
    assert "Ada Lindqvist, everything of theirs: may not go." in made and "A claim was announced." in made
    record = officer.get(f"/people/{ada.id}/").content.decode()
    assert 'class="notice held"' in record and "GDPR Art. 17(3)(e)" in record
    assert make_plan(ada.id).blockers


def test_one_message_of_a_ticket_can_be_held_by_itself(
    ada: Person, personas: Personas, officer: Client
) -> None:
    ticket = personas.ticket(ada)
    message = Message.objects.get(ticket=ticket)
    page = f"/privacy/holds/new/?ticket={ticket.number}"
    assert f"desk_message:{message.id}" in officer.get(page).content.decode()
    officer.post(page, WHY | {"what": f"desk_message:{message.id}"})
    [hold] = unlock(Hold.objects.all())
    assert (hold.table, hold.row_id, hold.reason) == ("desk_message", message.id, WHY["reason"])
    assert f"a message of ticket {ticket.number}" in officer.get("/privacy/holds/").content.decode()


def test_a_row_of_another_ticket_cannot_be_chosen(ada: Person, personas: Personas, officer: Client) -> None:
    ticket, other = personas.ticket(ada), personas.ticket()
    foreign = Message.objects.get(ticket=other)
    answer = officer.post(
        f"/privacy/holds/new/?ticket={ticket.number}", WHY | {"what": f"desk_message:{foreign.id}"}
    )
    assert answer.status_code == 422 and not Hold.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"reason": " "}, 422, "Say why it has to be kept."),
        ({"review_on": ""}, 422, "Give the day on which somebody looks again."),
        ({"review_on": "2020-01-01"}, 409, "must be one to come"),
        ({"address": "nobody@brevduva.example"}, 409, "Nobody here has that address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    ada: Person, officer: Client, wrong: dict[str, str], status: int, words: str
) -> None:
    answer = officer.post("/privacy/holds/new/", {"address": "ada@brevduva.example", **WHY, **wrong})
    page = answer.content.decode()
    assert answer.status_code == status and words in page and not Hold.objects.exists()
    assert wrong.get("reason", WHY["reason"]).strip() in page


def test_the_list_has_the_next_to_be_looked_at_first(personas: Personas, officer: Client) -> None:
    later, late = personas.person("Later Ek"), personas.person("Late Ek")
    _hold(later, days=60)
    _hold(late, days=-1)
    page = officer.get("/privacy/holds/").content.decode()
    assert page.index("Late Ek") < page.index("Later Ek")
    assert "2 things are held, 1 is to be looked at again." in page and "1 day late" in page


def test_what_waits_stands_beside_the_hold_and_goes_on_when_it_is_released(
    ada: Person, officer: Client
) -> None:
    request = open_request(kind="erasure", person_id=ada.id, by=Actor.operator(), channel="cli")
    hold = _hold(ada)
    assert f"no. {request.number}" in officer.get("/privacy/holds/").content.decode()
    where = f"/privacy/holds/{hold.id}/release/"
    assert officer.post(where, {"reason": ""}).status_code == 422
    said = officer.post(where, {"reason": "The claim was settled."}, follow=True).content.decode()
    assert f"What waited goes on by itself unless another hold stands: request no. {request.number}." in said
    assert "The claim was settled." in said
    assert officer.post(where, {"reason": "again"}).status_code == 409
    assert "Nothing is held" in officer.get("/privacy/holds/").content.decode()
    assert "Ada Lindqvist" in officer.get("/privacy/holds/?show=released").content.decode()
    assert RightsRequest.objects.get().is_open


def test_a_hold_that_is_still_needed_comes_up_again_later(ada: Person, officer: Client) -> None:
    hold = _hold(ada, days=-3)
    where = f"/privacy/holds/{hold.id}/keep/"
    assert officer.post(where, {"review_on": "2020-01-01"}).status_code == 409
    officer.post(where, {"review_on": SOON})
    assert Hold.objects.get(pk=hold.pk).review_on.isoformat() == SOON


def test_the_list_takes_the_same_queries_for_many_holds(personas: Personas, officer: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as caught:
            officer.get("/privacy/holds/")
        return len(caught)

    _hold_all_kinds(personas, personas.person())
    few = queries()
    for _ in range(3):
        _hold_all_kinds(personas, personas.person())
    assert queries() == few


def _hold_all_kinds(personas: Personas, person: Person) -> None:
    ticket = personas.ticket(person)
    _hold(person)
    _hold(person, table="desk_ticket", row_id=ticket.id)
    _hold(person, table="desk_message", row_id=Message.objects.get(ticket=ticket).id)


def test_only_officers_hold_and_see_holds(ada: Person, personas: Personas, sign_in: SignIn) -> None:
    ticket, hold, agent = personas.ticket(ada), _hold(ada), sign_in()
    for page in ("", "new/", f"{hold.id}/"):
        assert agent.get(f"/privacy/holds/{page}").status_code == 403
    for doing in ("keep", "release"):
        assert (
            agent.post(f"/privacy/holds/{hold.id}/{doing}/", {"reason": "x", "review_on": SOON}).status_code
            == 403
        )
    assert "/privacy/holds/" not in agent.get(f"/tickets/{ticket.number}/").content.decode()
    assert not re.search(r"/privacy/holds/", agent.get(f"/people/{ada.id}/").content.decode())


def test_somebody_restricted_can_be_held_too(ada: Person, personas: Personas, officer: Client) -> None:
    ticket = personas.ticket(ada)
    restrict_person(person_id=ada.id, reason="needed for a claim", by=Actor.operator())
    officer.post(f"/privacy/holds/new/?ticket={ticket.number}", WHY | {"what": f"desk_ticket:{ticket.id}"})
    assert Hold.objects.get().row_id == Ticket.objects.get().id
