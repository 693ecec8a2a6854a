from __future__ import annotations

from datetime import datetime

from aureole.desk.actions.set_status import set_status
from aureole.desk.models import Status, Ticket
from aureole.kernel.actor import Actor


def close_ticket(*, ticket: Ticket, by: Actor, at: datetime | None = None) -> Ticket:
    """Done: the ticket leaves the lists of what waits; a new message opens it again."""
    return set_status(ticket=ticket, status=Status.CLOSED, by=by, at=at)
