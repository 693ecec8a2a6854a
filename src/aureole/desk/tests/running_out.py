"""What tests of retention begin with: tickets that were answered so long ago, a run that was let go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aureole.desk.actions.reply import reply
from aureole.desk.models import Ticket
from aureole.desk.writing import NewFile
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.retention import run
from aureole.privacy.retention.plan import Plan, make_plan
from aureole.privacy.retention.run import run_retention
from aureole.staff.models import Agent
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
DAY = timedelta(days=1)
FILE = NewFile(name="a.txt", content_type="text/plain", content=b"x" * 50_000)


def answered_ticket(
    personas: Personas, agent: Agent, ago: int, *, person: Person | None = None, **more: Any
) -> Ticket:
    """Asked and answered so many days ago."""
    with clock.at(now() - ago * DAY):
        ticket = personas.ticket(person or personas.person())
        personas.message(ticket, ticket.requester, "look", (FILE,))  # type: ignore[arg-type]
        reply(ticket=ticket, text="Here you are.", by=agent.actor)
    Ticket.objects.filter(pk=ticket.pk).update(**more)
    return ticket


def counts_of(plan: Plan, table: str = "desk_ticket") -> dict[str, tuple[int, int, int, int]]:
    lines = [line for line in plan.lines if line.table == table]
    return {line.class_key: (line.erase, line.restrict, line.held, line.floor) for line in lines}


def run_approved(**more: Any) -> run.Outcome:
    return run_retention(by=OPERATOR, approve=make_plan().hash, **more)


def are_here(*tickets: Ticket) -> list[bool]:
    return [Ticket.objects.filter(pk=ticket.pk).exists() for ticket in tickets]
