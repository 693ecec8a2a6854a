from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.kinds import REFUSALS
from aureole.privacy.rights.letters import notify_refusal
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def refuse_request(*, request_id: uuid.UUID, ground: str, reason: str, by: Actor) -> RightsRequest:
    """Do nothing, and tell the person why, where to complain and that a court is open to them (Art. 12(4)).

    ground  one of `REFUSALS`
    reason  the facts it rests on, for which the controller bears the proof; sealed, and told to the person
    Raises NotFound; Refused for another ground, without facts, or when it is too late.
    """
    if ground not in REFUSALS or not reason.strip():
        raise Refused(
            "refusal_ground",
            f"Name the ground and the facts it rests on. Grounds: {', '.join(REFUSALS)}. Nothing was changed.",
        )
    with transaction.atomic():
        request = locked(request_id)
        request.refusal = ground
        request.save(update_fields=["refusal"])
        end_pause(request)
        move(request, "refused", by=by, reason=reason)
        notify_refusal(request, reason)
    return request
