"""A colleague who left: their name goes from what they wrote, the work stays the customers'."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.reply import reply
from aureole.desk.models import Change, Message, Ticket
from aureole.kernel.clock import at, now
from aureole.kernel.errors import Refused
from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.anonymising.run import anonymise_person, begin_anonymising
from aureole.privacy.anonymising.tests.looking import (
    OFFICER,
    all_words,
    findings,
    only_pseudonym,
)
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.erasure.run import carry_out, erase_person
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.rights.place import today
from aureole.staff.models import Agent
from aureole.testing.personas import Personas


@pytest.fixture
def signe(personas: Personas, settings: Any) -> Agent:
    """One of three agents, which is enough here; the others work now, too."""
    settings.AUREOLE_ANONYMITY = 3
    for _ in range(2):
        _works(personas, personas.agent("Mikkel Dam"))
    personas.agent("Adam Min", role="admin")
    return personas.agent("Signe Holm")


def _works(personas: Personas, agent: Agent) -> None:
    add_note(ticket=personas.ticket(personas.person("Cy Dahl")), text="Called back.", by=agent.actor)


def test_an_agents_name_and_signature_go_and_the_work_stays(signe: Agent, personas: Personas) -> None:
    ticket = personas.ticket(personas.person("Holm Bergman"), text="Where is it?")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=signe)
    answer = reply(ticket=ticket, text="It is on its way. /signe\n\nBest,\nSigne", by=signe.actor)
    thanks = personas.message(ticket, ticket.requester, "Thank you, Signe! Yours, Holm Bergman")  # type: ignore[arg-type]
    add_note(ticket=ticket, text="Signe Holm knows.", by=personas.agent("Mikkel Dam").actor)
    sent = Message.objects.get(pk=answer.pk).sent_at
    certificate = anonymise_person(signe.person_id, by=OFFICER, reason="she left").certificate
    kept = Message.objects.get(pk=answer.pk)
    assert kept.text == "It is on its way. /[erased person]\n\nBest,\n[erased person]"
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


_NOON = now().replace(day=10, hour=11, minute=0)


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (_NOON.replace(hour=2), "nobody else shares the same hour of the day"),
        (_NOON - timedelta(days=40), "nobody else shares the same month"),
    ],
)
def test_times_that_only_one_colleague_worked_at_are_a_reason_to_refuse(
    personas: Personas, settings: Any, odd: datetime, says: str
) -> None:
    settings.AUREOLE_ANONYMITY = 2
    signe, other = personas.agent("Signe Holm"), personas.agent("Mikkel Dam")
    with at(_NOON):
        _works(personas, signe)
        _works(personas, other)
    assert not _reasons(signe)
    with at(odd):
        _works(personas, signe)
    [reason] = _reasons(signe)
    assert says in reason and "Erase them instead" in reason
    with at(odd):
        _works(personas, other)
    assert not _reasons(signe)


def test_whoever_alone_was_here_in_all_of_some_months_is_known_by_that(
    personas: Personas, settings: Any
) -> None:
    settings.AUREOLE_ANONYMITY = 2
    signe = personas.agent("Signe Holm")
    for when, colleague in ((_NOON, "Mikkel Dam"), (_NOON - timedelta(days=40), "Eva Ek")):
        with at(when.replace(hour=11)):
            _works(personas, signe)
            _works(personas, personas.agent(colleague))
    [reason] = _reasons(signe)
    assert "nobody else shares the same months together" in reason
    with pytest.raises(Refused, match="months together"):
        anonymise_person(signe.person_id, by=OFFICER, reason="")


def test_times_that_became_unique_meanwhile_stop_it_before_anything_is_handed_over(
    signe: Agent, personas: Personas
) -> None:
    _works(personas, signe)
    begun = begin_anonymising(person_id=signe.person_id, by=OFFICER, reason="")
    for other in Agent.objects.filter(role="agent").exclude(pk=signe.pk):
        erase_person(other.person_id, by=OFFICER, reason="")
    for name in ("Eva Ek", "Bo Nyberg"):
        personas.agent(name)  # of the same role, and without any work
    with pytest.raises(Refused, match=r"same month.*changed since it was planned"):
        carry_out(begun.id)
    assert Message.objects.filter(author=signe.person_id).count() == 1


def _reasons(agent: Agent) -> list[str]:
    return [b.reason for b in make_anonymising_plan(agent.person_id).blockers if "Work in" in b.reason]


def test_a_hold_on_somebody_they_answered_is_found_before_the_start(signe: Agent, personas: Personas) -> None:
    _works(personas, signe)
    customer = Message.objects.get(author=signe.person_id).person_id
    place_hold(person_id=customer, reason="a claim", review_on=today() + timedelta(days=30), by=OFFICER)
    assert [b.code for b in make_anonymising_plan(signe.person_id).blockers] == ["legal_hold"]


def test_an_agent_among_few_is_refused(personas: Personas) -> None:
    personas.agent(role="admin")
    agent = personas.agent("Signe Holm")
    assert ("Staff account", ("role",), 1, False) in findings(agent.person)
    with pytest.raises(Refused, match=r"At least 5 are needed.*Erase them instead.*Nothing was changed"):
        anonymise_person(agent.person_id, by=OFFICER, reason="")
    assert Agent.objects.get(pk=agent.pk).is_active
