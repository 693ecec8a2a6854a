from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import ArrivedState, ArrivedTransfer
from aureole.privacy.transfer.closing import close_arrival, locked_arrival


def refuse_arrival(*, arrival_id: uuid.UUID, by: Actor, ground: str = "unwanted") -> ArrivedTransfer:
    """Do not take it in: what came is destroyed; the sender gets a signed receipt that says so, and tells the person.

    ground  a code of `transfer.errors.GROUNDS`
    The caller has checked that `by` may. Refused already, it is given again. Raises Refused for what was taken in.
    """
    with transaction.atomic():
        arrival = locked_arrival(arrival_id)
        if arrival.state == ArrivedState.TAKEN_IN:
            raise Refused(
                "arrival_state",
                "This was taken in already; to undo it, erase the person or what came. Nothing was changed.",
            )
        if arrival.state != ArrivedState.REFUSED:
            close_arrival(arrival, event="refused", ground=ground, by=by)
    return arrival
