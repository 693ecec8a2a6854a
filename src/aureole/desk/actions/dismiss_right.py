from __future__ import annotations

from django.db import transaction

from aureole.desk.models import Change, ChangeKind, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require


def dismiss_right(*, ticket: Ticket, right: str, by: Actor) -> Change:
    """Say that no mail of this conversation so far exercises that right, though one reads like it.

    Later mails are looked at anew. What a person asks of us is not undone by it: a request can still be opened.
    The same again is given back.
    """
    require(by, "rights.open")
    with transaction.atomic():
        refuse_work(ticket.requester_id)
        row = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        said = Change.objects.filter(ticket=row, kind=ChangeKind.NOT_ASKED, after=right)
        last = said.order_by("-at").first()
        if last is not None and not row.messages.filter(created_at__gt=last.at).exists():
            return last
        made = Change.objects.create(
            ticket=row, at=now(), by_id=by.agent_id, kind=ChangeKind.NOT_ASKED, after=right
        )
        record("desk.right_dismissed", by=by, person=row.requester_id, right=right)
        live.touch("ticket", row.id)
    return made
