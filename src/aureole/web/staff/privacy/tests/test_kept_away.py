"""The officer sees that somebody is kept away, never who, and lets them come back by the address they give."""

from __future__ import annotations

import pytest

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.kernel.actor import Actor
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas
from aureole.vault.suppression import entries
from aureole.web.tests.browsers import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "ada@brevduva.example"


def test_who_objected_waits_and_is_let_back(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", ADDRESS)
    object_to_purpose(person_id=ada.id, purpose="news", by=Actor(kind="customer"))
    erase_person(ada.id, by=Actor.operator(), reason="asked")
    receive_mail(raw=f"From: {ADDRESS}\r\nSubject: Hi\r\n\r\nHello.\r\n".encode())
    client = signed_in(personas.agent(role="privacy_officer"))
    page = client.get("/privacy/kept-away/").content.decode()
    assert "1 address may not quietly come back." in page
    assert "had objected, and was erased" in page
    assert "Mail of an erased person who had objected waits" in page
    assert ADDRESS not in page
    wrong = client.post("/privacy/kept-away/lift/", {"address": "bo@ek.example"})
    assert (wrong.status_code, "is not on the list" in wrong.content.decode()) == (422, True)
    assert client.post("/privacy/kept-away/lift/", {"address": "Ada@Brevduva.example"}).status_code == 302
    assert entries(today()) == []


def test_an_agent_does_not_see_the_list(personas: Personas) -> None:
    client = signed_in(personas.agent())
    assert client.get("/privacy/kept-away/").status_code == 403
    assert client.post("/privacy/kept-away/lift/", {"address": ADDRESS}).status_code == 403
