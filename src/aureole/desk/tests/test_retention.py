"""What has run out goes, whole tickets at a time, and not before its time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from aureole.channels.email.models import MessageIdentity
from aureole.desk.actions.close_ticket import close_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.models import Attachment, Message, Ticket, TicketStatistic
from aureole.desk.tests.running_out import (
    DAY,
    OPERATOR,
    answered_ticket,
    are_here,
    counts_of,
    run_approved,
)
from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.retention.actions.set_rule import set_rule
from aureole.privacy.retention.plan import make_plan
from aureole.search.models import SearchEntry
from aureole.staff.models import Agent
from aureole.testing.personas import Personas
from aureole.vault.models import SealedFile


def test_a_conversation_goes_three_months_after_our_answer_with_everything_in_it(
    personas: Personas, agent: Agent
) -> None:
    old, young = answered_ticket(personas, agent, 93), answered_ticket(personas, agent, 80)
    plan = make_plan()
    assert counts_of(plan) == {"direct_contact": (1, 0, 0, 0)}
    assert counts_of(plan, "desk_message") == {"direct_contact": (3, 0, 0, 0)}
    assert counts_of(plan, "vault_sealed_file") == {"direct_contact": (1, 0, 0, 0)}
    outcome = run_approved()
    assert are_here(old, young) == [False, True]
    for rows in (Message, Attachment, SearchEntry, SealedFile, MessageIdentity):
        assert not rows.objects.filter(person_id=old.requester_id).exists(), rows
    statistic = TicketStatistic.objects.get()
    assert (statistic.messages, statistic.type) == (3, "question")
    planned = {line.table: line.erase for line in plan.lines if line.class_key == "direct_contact"}
    assert {place: outcome.done[place] for place in planned if place != "search_entry"} == {
        place: count for place, count in planned.items() if place != "search_entry"
    }


def test_time_does_not_begin_while_they_wait_for_us(personas: Personas, agent: Agent) -> None:
    answered, unanswered, closed, open_again = (answered_ticket(personas, agent, 200) for _ in range(4))
    with clock.at(now() - 150 * DAY):
        for ticket in (unanswered, closed):
            personas.message(ticket, ticket.requester)  # type: ignore[arg-type]
        close_ticket(ticket=closed, by=agent.actor)
    Ticket.objects.filter(pk=open_again.pk).update(status="open")
    run_approved()
    assert are_here(answered, unanswered, closed, open_again) == [False, True, False, True]


def test_months_are_calendar_months_at_the_controllers_place(
    personas: Personas, agent: Agent, settings: Any
) -> None:
    settings.AUREOLE_TIME_ZONE = "Europe/Berlin"
    with clock.at(datetime.fromisoformat("2026-01-31T23:30:00+01:00")):
        ticket = personas.ticket()
        reply(ticket=ticket, text="Yes", by=agent.actor)
    with clock.at(datetime.fromisoformat("2026-04-29T23:30:00+02:00")):
        assert counts_of(make_plan()) == {}
    with clock.at(datetime.fromisoformat("2026-04-30T00:30:00+02:00")):
        assert counts_of(make_plan()) == {"direct_contact": (1, 0, 0, 0)}


def test_a_request_for_a_demonstration_is_kept_a_year(personas: Personas, agent: Agent) -> None:
    answered_ticket(personas, agent, 360, type="demo")
    answered_ticket(personas, agent, 370, type="demo")
    assert counts_of(make_plan()) == {"demo_request": (1, 0, 0, 0)}


def test_own_periods_hold_for_a_class_a_type_or_a_channel_the_narrowest_first(
    personas: Personas, agent: Agent
) -> None:
    for kind in ("question", "problem", "order"):
        answered_ticket(personas, agent, 130, type=kind)
    set_rule(reason="as agreed", class_key="direct_contact", months=24, by=OPERATOR)
    assert counts_of(make_plan()) == {}
    set_rule(
        reason="as agreed", class_key="direct_contact", months=3, scope="channel", value="email", by=OPERATOR
    )
    set_rule(
        reason="as agreed", class_key="direct_contact", months=6, scope="type", value="order", by=OPERATOR
    )
    assert counts_of(make_plan()) == {"direct_contact": (2, 0, 0, 0)}
    set_rule(
        reason="as agreed",
        class_key="direct_contact",
        months=None,
        scope="channel",
        value="email",
        by=OPERATOR,
    )
    assert counts_of(make_plan()) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"class_key": "nothing"},
        {"scope": "type", "value": "x"},
        {"scope": "brand", "value": "x"},
        {"scope": "label", "value": "01890000-0000-7000-8000-000000000000"},
        {"class_key": "customer", "scope": "type", "value": "order"},
        {"class_key": "payment"},
        {"months": -1},
        {"reason": " "},
        {"reason": "asked by ada@brevduva.example"},
    ],
)
@pytest.mark.django_db
def test_a_rule_for_something_there_is_not_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        set_rule(**{"class_key": "direct_contact", "months": 3, "reason": "x", "by": OPERATOR, **wrong})
