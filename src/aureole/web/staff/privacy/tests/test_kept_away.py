"""The officer sees that somebody is kept away, never who, and lets them come back by the address they give."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.privacy.consent.actions.object_to_purpose import object_to_purpose
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.rights.matters import matters
from aureole.privacy.rights.place import today
from aureole.privacy.suppression.attempts import attempts
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


def test_what_is_stopped_is_told_to_the_officers_although_it_is_undone(personas: Personas) -> None:
    erase_person(personas.person("Ada Lindqvist", ADDRESS).id, by=Actor.operator(), reason="asked")
    bo, agent = personas.person("Bo Ek"), signed_in(personas.agent())
    officer = signed_in(personas.agent(role="privacy_officer"))
    agent.post(f"/people/{bo.id}/addresses/add/", {"kind": "email", "value": ADDRESS})
    new = {
        "token": str(new_id()),
        "subject": "Hej",
        "text": "Hej",
        "way": "note",
        "type": "question",
        "priority": "normal",
    }
    answer = agent.post("/tickets/new/", new | {"address": ADDRESS, "name": ""})
    assert "suppression list" in answer.content.decode()
    assert [one.way for one in attempts()] == ["staff", "staff"]
    assert any("somebody working here (2)" in m.words for m in matters() if m.kind == "stopped")
    assert officer.get("/privacy/kept-away/").content.decode().count("tried to record them: stopped") == 2
    with clock.at(now() + timedelta(days=8)):
        assert not [m for m in matters() if m.kind == "stopped"], "it is told for a week"
