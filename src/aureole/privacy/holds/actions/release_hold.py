from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.events import announce
from aureole.ledger.record import record
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.models import Hold


def release_hold(*, hold_id: uuid.UUID, by: Actor) -> Hold:
    """Let go; what waited for it goes on. The caller has checked the permission.

    Raises NotFound for an unknown hold, Refused for one that was released before.
    """
    with transaction.atomic():
        hold = Hold.objects.select_for_update().filter(pk=hold_id).defer("reason").first()
        if hold is None:
            raise NotFound("hold_not_found", "There is no such hold.")
        if hold.released_at is not None:
            raise Refused("hold_released", "That hold was released before. Nothing was changed.")
        hold.released_at, hold.released_by = now(), by.agent_id
        hold.save(update_fields=["released_at", "released_by"])
        record(
            "privacy.hold_released", by=by, person=hold.person_id, scope="item" if hold.table else "person"
        )
        announce(HoldReleased(person_id=hold.person_id))
    live.touch("holds")
    return hold
