from __future__ import annotations

from django.db import transaction

from aureole.desk.dismissing import note_dismissal
from aureole.desk.models import Change, ChangeKind, Ticket
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.staff.permissions import require


def dismiss_right(*, ticket: Ticket, right: str, by: Actor) -> Change:
    """Say that no mail of this conversation so far exercises that right, though one reads like it.

    Later mails are looked at anew. What a person asks of us is not undone by it: a request can still be opened.
    The same again is given back.
    """
    require(by, "rights.open")
    with transaction.atomic():
        made, is_new = note_dismissal(ticket, ChangeKind.NOT_ASKED, right, by=by)
        if is_new:
            record("desk.right_dismissed", by=by, person=ticket.requester_id, right=right)
    return made
