from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aureole.desk.models import Brand, Change, ChangeKind, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require


def set_brand(*, ticket: Ticket, brand: Brand | None, by: Actor, at: datetime | None = None) -> Ticket:
    """Make the ticket that brand's, or no brand's: answers from now on leave under it, and its period counts.

    The same again does nothing. Raises Refused for a brand that was removed.
    """
    require(by, "desk.change")
    with transaction.atomic():
        refuse_work(ticket.requester_id)
        locked = Ticket.objects.select_for_update(of=("self",)).select_related("brand")
        before = locked.get(pk=ticket.pk).brand
        if before == brand:
            return ticket
        if brand is not None and not Brand.objects.filter(pk=brand.pk, removed_at=None).exists():
            raise Refused("brand_gone", "This brand is not in use any more. Nothing was changed.")
        moment = at or now()
        Ticket.objects.filter(pk=ticket.pk).update(brand=brand, updated_at=moment)
        Change.objects.create(
            ticket=ticket, at=moment, by_id=by.agent_id, kind=ChangeKind.BRAND,
            before=before.code if before else "", after=brand.code if brand else "",
        )  # fmt: skip
        ticket.brand = brand
        record("desk.brand_set", by=by, person=ticket.requester_id)
        live.touch("ticket", ticket.id)
    return ticket
