from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.events import announce
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.privacy.holds.actions.place_hold import LONGEST_REASON
from aureole.privacy.holds.events import HoldReleased
from aureole.privacy.models import Hold
from aureole.privacy.standing import keep_standing


def release_hold(*, hold_id: uuid.UUID, reason: str, by: Actor) -> Hold:
    """Let go; what waited for it goes on. The caller has checked the permission.

    reason  why it is not needed any more; sealed with the hold
    Raises NotFound for an unknown hold, Refused without a reason and for one that was released before.
    """
    said = storable(reason).strip()[:LONGEST_REASON]
    if not said:
        raise Refused("hold_release_reason", "Say why it is not needed any more. The hold stands.")
    with transaction.atomic():
        hold = in_force_alone(hold_id)
        hold.released_at, hold.released_by, hold.release_reason = now(), by.agent_id, said
        hold.save(update_fields=["released_at", "released_by", "release_reason"])
        record(
            "privacy.hold_released", by=by, person=hold.person_id, scope="item" if hold.table else "person"
        )
        keep_standing(hold, person_id=hold.person_id)
        announce(HoldReleased(person_id=hold.person_id))
    live.touch("holds")
    return hold


def in_force_alone(hold_id: uuid.UUID) -> Hold:
    """The hold, locked until the caller's transaction ends. Raises NotFound, Refused for one that was released."""
    hold = Hold.objects.select_for_update().filter(pk=hold_id).defer("reason").first()
    if hold is None:
        raise NotFound("hold_not_found", "There is no such hold.")
    if hold.released_at is not None:
        raise Refused("hold_released", "That hold was released before. Nothing was changed.")
    return hold
