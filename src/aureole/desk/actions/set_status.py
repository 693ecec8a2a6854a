from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aureole.desk.events import TicketClosed
from aureole.desk.models import Change, ChangeKind, Status, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.events import announce
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require


def set_status(*, ticket: Ticket, status: str, by: Actor, at: datetime | None = None) -> Ticket:
    """Move the ticket to `status`; the same one again does nothing. Raises Refused for an unknown status."""
    require(by, "desk.change")
    if status not in Status.values:
        raise Refused("status_unknown", f"There is no status {status!r}; nothing was changed.")
    with transaction.atomic(savepoint=False):
        if by.kind != "system":  # a mail that comes in was asked about already
            refuse_work(ticket.requester_id)
        locked = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        if locked.status == status:
            return ticket
        moment = at or now()
        closed_at = moment if status in (Status.SOLVED, Status.CLOSED) else None
        Ticket.objects.filter(pk=ticket.pk).update(status=status, closed_at=closed_at, updated_at=moment)
        Change.objects.create(
            ticket=ticket, at=moment, by_id=by.agent_id, kind=ChangeKind.STATUS,
            before=locked.status, after=status,
        )  # fmt: skip
        ticket.status, ticket.closed_at = status, closed_at
        record("desk.status_set", by=by, person=ticket.requester_id, to=status)
        if ticket.is_done:
            announce(TicketClosed(ticket_id=ticket.id))
        live.touch("ticket", ticket.id)
        live.touch("desk")
    return ticket
