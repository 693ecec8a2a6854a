from __future__ import annotations

import html

from aureole.desk.actions.add_brand import add_brand
from aureole.desk.models import Message, Ticket
from aureole.kernel.actor import Actor
from aureole.people.actions.restrict_person import restrict_person
from aureole.people.models import Person
from aureole.testing.personas import Personas
from aureole.vault.unlock import unlock
from aureole.web.tests.browsers import SignIn

_FORM = {
    "subject": "Called about a pole", "text": "She wants it by Friday.", "way": "note", "type": "order",
    "priority": "high", "brand": "", "mine": "on",
}  # fmt: skip


def test_an_agent_finds_a_person_and_opens_a_ticket_of_a_brand_for_them_once(
    personas: Personas, sign_in: SignIn
) -> None:
    client, ada = sign_in(), personas.person("Ada Lindqvist", "ada@brevduva.example")
    brand = add_brand(code="fjell", name="Fjell", addresses=["a@fjell.example"], by=Actor.operator())
    url = f"/tickets/new/?person={ada.pk}"
    assert f'href="?person={ada.pk}"' in client.post("/tickets/new/", {"q": "lindq"}).content.decode()
    assert '<option value="order"' in client.get(url).content.decode()
    form = {**_FORM, "brand": str(brand.pk), "token": "t1"}
    assert client.post(url, {**form, "text": " "}).status_code == 422
    for _ in range(2):
        assert client.post(url, form).status_code == 302
    [ticket] = Ticket.objects.all()
    assert (ticket.requester_id, ticket.brand, ticket.channel) == (ada.pk, brand, "staff")
    assert (ticket.type, ticket.priority, ticket.assignee_id) == ("order", "high", client.agent.pk)
    [note] = unlock(Message.objects.all())
    assert (note.kind, note.text, ticket.status) == ("note", "She wants it by Friday.", "open")


def test_somebody_new_is_entered_with_the_ticket_and_written_to(sign_in: SignIn) -> None:
    client = sign_in()
    asked = client.post("/tickets/new/", {"q": "bo@brevduva.example", "new": "1"}).content.decode()
    assert 'value="bo@brevduva.example"' in asked
    form = {**_FORM, "way": "send", "address": "nonsense", "name": "Bo Ek"}
    people = Person.objects.count()
    assert client.post("/tickets/new/", form).status_code == 409
    assert Person.objects.count() == people
    assert client.post("/tickets/new/", {**form, "address": "bo@brevduva.example"}).status_code == 302
    [message] = Message.objects.all()
    assert (message.direction, message.ticket.status) == ("out", "waiting")
    assert message.ticket.requester is not None and message.ticket.requester.source == "staff"


def test_whoever_is_restricted_is_not_found_and_nothing_is_opened_for_them(
    personas: Personas, sign_in: SignIn
) -> None:
    client, ada = sign_in(), personas.person("Ada Lindqvist", "ada@brevduva.example")
    restrict_person(person_id=ada.pk, reason="asked", by=Actor.operator())
    assert str(ada.pk) not in client.post("/tickets/new/", {"q": "lindq"}).content.decode()
    assert client.get(f"/tickets/new/?person={ada.pk}").status_code == 404
    refused = client.post("/tickets/new/", {**_FORM, "address": "ada@brevduva.example", "name": ""})
    assert refused.status_code == 409 and "restricted (GDPR Art. 18)" in html.unescape(
        refused.content.decode()
    )
    assert not Ticket.objects.exists()
