from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aureole.desk.models import Change, ChangeKind, Priority, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require


def set_priority(*, ticket: Ticket, priority: str, by: Actor, at: datetime | None = None) -> Ticket:
    """Set how urgent it is; the same again does nothing. Raises Refused for an unknown priority."""
    require(by, "desk.change")
    if priority not in Priority.values:
        raise Refused("priority_unknown", f"There is no priority {priority!r}; nothing was changed.")
    with transaction.atomic():
        refuse_work(ticket.requester_id)
        before = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk).priority
        if before == priority:
            return ticket
        moment = at or now()
        Ticket.objects.filter(pk=ticket.pk).update(priority=priority, updated_at=moment)
        Change.objects.create(
            ticket=ticket,
            at=moment,
            by_id=by.agent_id,
            kind=ChangeKind.PRIORITY,
            before=before,
            after=priority,
        )
        ticket.priority = priority
        record("desk.priority_set", by=by, person=ticket.requester_id, to=priority)
        live.touch("ticket", ticket.id)
    return ticket
