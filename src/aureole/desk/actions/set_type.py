from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aureole.desk.models import Change, ChangeKind, Ticket, TicketType
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require


def set_type(*, ticket: Ticket, type: str, by: Actor, at: datetime | None = None) -> Ticket:
    """Say what kind of matter it is; the same again does nothing. How long it is kept hangs on it: a request for a
    demonstration has a period of its own, and a law may want the letters of an order or a return.

    Raises Refused for an unknown type, and for a ticket that is here for such a law alone.
    """
    require(by, "desk.change")
    if type not in TicketType.values:
        raise Refused(
            "type_unknown", f"The type is one of: {', '.join(TicketType.values)}. Nothing was changed."
        )
    with transaction.atomic():
        refuse_work(ticket.requester_id)
        held = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        if held.type == type:
            return ticket
        if held.restricted_until is not None:
            raise Refused(
                "type_kept", "This ticket is kept for a law alone, which its type names. Nothing was changed."
            )
        moment = at or now()
        Ticket.objects.filter(pk=ticket.pk).update(type=type, updated_at=moment)
        Change.objects.create(
            ticket=ticket, at=moment, by_id=by.agent_id, kind=ChangeKind.TYPE, before=held.type, after=type
        )
        ticket.type = type
        record("desk.type_set", by=by, person=ticket.requester_id, to=type)
        live.touch("ticket", ticket.id)
    return ticket
