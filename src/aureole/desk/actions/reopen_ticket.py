from __future__ import annotations

from datetime import datetime

from aureole.desk.actions.set_status import set_status
from aureole.desk.models import Status, Ticket
from aureole.kernel.actor import Actor


def reopen_ticket(*, ticket: Ticket, by: Actor, at: datetime | None = None) -> Ticket:
    """Back among what waits."""
    return set_status(ticket=ticket, status=Status.OPEN, by=by, at=at)
