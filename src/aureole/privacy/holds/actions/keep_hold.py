from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.privacy.holds.actions.place_hold import refuse_past
from aureole.privacy.holds.actions.release_hold import in_force_alone
from aureole.privacy.models import Hold


def keep_hold(*, hold_id: uuid.UUID, review_on: date, by: Actor) -> Hold:
    """It was looked at and is still needed: the next day on which somebody looks. The caller checked the permission.

    Raises NotFound for an unknown hold, Refused for one that was released, or a day that is not one to come.
    """
    refuse_past(review_on)
    with transaction.atomic():
        hold = in_force_alone(hold_id)
        hold.review_on = review_on
        hold.save(update_fields=["review_on"])
        record("privacy.hold_kept", by=by, person=hold.person_id, scope="item" if hold.table else "person")
    live.touch("holds")
    return hold
