"""What reports count, so that a test can say that something changed none of it."""

from __future__ import annotations

from typing import Any

from aureole.desk.models import Message, Ticket, TicketStatistic
from aureole.people.models import Person


def figures() -> dict[str, Any]:
    """By month, status, channel, type, team, agent, and how soon we answered; and how many persons there are."""
    return conversation_figures() | {"persons": Person.objects.count()}


def conversation_figures() -> dict[str, Any]:
    """The same without the persons, of whom there is one more while somebody becomes a pseudonym."""
    tickets = [
        (t.created_at.strftime("%Y-%m"), t.closed_at.strftime("%Y-%m") if t.closed_at else "", t.status, t.channel,
         t.type, t.priority, str(t.team_id), str(t.assignee_id), t.message_count,
         round((t.first_answered_at - t.created_at).total_seconds() / 3600) if t.first_answered_at else None)
        for t in Ticket.objects.all()
    ]  # fmt: skip
    messages = [(m.sent_at.strftime("%Y-%m"), m.direction, m.kind) for m in Message.objects.all()]
    return {
        "tickets": sorted(map(str, tickets)), "messages": sorted(messages),
        "of the erased": TicketStatistic.objects.count(),
    }  # fmt: skip
