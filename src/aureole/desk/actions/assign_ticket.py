from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aureole.desk.models import Change, ChangeKind, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.models import Agent
from aureole.staff.permissions import require


def assign_ticket(*, ticket: Ticket, assignee: Agent | None, by: Actor, at: datetime | None = None) -> Ticket:
    """Give the ticket to an agent, or to nobody; the same again does nothing.

    Raises Refused for an account that was switched off.
    """
    require(by, "desk.assign")
    if assignee is not None and not assignee.is_active:
        raise Refused(
            "agent_inactive", "That account is switched off; nothing was changed. Choose another agent."
        )
    with transaction.atomic():
        refuse_work(ticket.requester_id)
        held = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        if held.assignee_id == (assignee.pk if assignee else None):
            return ticket
        moment = at or now()
        Ticket.objects.filter(pk=ticket.pk).update(assignee=assignee, updated_at=moment)
        Change.objects.create(
            ticket=ticket, at=moment, by_id=by.agent_id, kind=ChangeKind.ASSIGNEE, assignee=assignee
        )
        ticket.assignee = assignee
        record("desk.assigned", by=by, person=ticket.requester_id)
        live.touch("ticket", ticket.id)
        live.touch("desk")
    return ticket
