from __future__ import annotations

from django.db import transaction

from aureole.desk.dismissing import note_dismissal
from aureole.desk.models import Change, ChangeKind, Ticket
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.staff.permissions import require


def dismiss_age(*, ticket: Ticket, by: Actor) -> Change:
    """Say that no mail of this conversation so far says that its writer is a child, though one reads like it.

    Later mails are looked at anew, and anybody's age can still be noted on their record. The same again is given back.
    """
    require(by, "people.correct")
    with transaction.atomic():
        made, is_new = note_dismissal(ticket, ChangeKind.NOT_CHILD, "", by=by)
        if is_new:
            record("desk.age_dismissed", by=by, person=ticket.requester_id)
    return made
