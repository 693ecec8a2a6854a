"""A colleague who left: their name goes from what they wrote, the work stays the customers'."""

from __future__ import annotations

from typing import Any

import pytest

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.models import Change, Message, Ticket
from aureole.kernel.errors import Refused
from aureole.privacy.anonymising.run import anonymise_person
from aureole.privacy.anonymising.tests.looking import (
    OFFICER,
    all_words,
    findings,
    only_pseudonym,
)
from aureole.privacy.erasure.proof import payload_of
from aureole.staff.models import Agent
from aureole.testing.personas import Personas


@pytest.fixture
def signe(personas: Personas, settings: Any) -> Agent:
    """One of three agents, which is enough here."""
    settings.AUREOLE_ANONYMITY = 3
    for _ in range(2):
        personas.agent("Mikkel Dam")
    personas.agent("Adam Min", role="admin")
    return personas.agent("Signe Holm")


def test_an_agents_name_and_signature_go_and_the_work_stays(signe: Agent, personas: Personas) -> None:
    ticket = personas.ticket(personas.person("Holm Bergman"), text="Where is it?")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=signe)
    answer = reply(ticket=ticket, text="It is on its way.\n\nBest,\nSigne", by=signe.actor)
    thanks = personas.message(ticket, ticket.requester, "Thank you, Signe! Yours, Holm Bergman")  # type: ignore[arg-type]
    add_note(ticket=ticket, text="Signe Holm knows.", by=personas.agent("Mikkel Dam").actor)
    sent = Message.objects.get(pk=answer.pk).sent_at
    certificate = anonymise_person(signe.person_id, by=OFFICER, reason="she left").certificate
    kept = Message.objects.get(pk=answer.pk)
    assert kept.text == "It is on its way.\n\nBest,\n[erased person]"
    assert Message.objects.get(pk=thanks.pk).text == "Thank you, [erased person]! Yours, Holm Bergman"
    assert kept.sent_at == sent, "the time of an answer is the customer's"
    pseudonym = Agent.objects.get(person=only_pseudonym())
    assert (kept.author_id, Ticket.objects.get(pk=ticket.pk).assignee_id) == (
        pseudonym.person_id,
        pseudonym.id,
    )
    assert (pseudonym.role, pseudonym.is_active, pseudonym.has_usable_password()) == ("agent", False, False)
    assert not Agent.objects.filter(pk=signe.pk).exists()
    assert not Change.objects.filter(by=signe).exists()
    assert "Signe" not in all_words()
    assert payload_of(certificate)["residue"]["places"] == []


def test_an_agent_among_few_is_refused(personas: Personas) -> None:
    personas.agent(role="admin")
    agent = personas.agent("Signe Holm")
    assert ("Staff account", ("role",), 1, False) in findings(agent.person)
    with pytest.raises(Refused, match=r"At least 5 are needed.*Erase them instead.*Nothing was changed"):
        anonymise_person(agent.person_id, by=OFFICER, reason="")
    assert Agent.objects.get(pk=agent.pk).is_active
