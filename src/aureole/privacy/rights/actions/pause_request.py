from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import CAUSES, begin_pause


def pause_request(*, request_id: uuid.UUID, cause: str, reason: str, by: Actor) -> RightsRequest:
    """Stop the clock while the person is asked who they are or what they mean (EDPB 01/2022).

    reason  what was asked; sealed. Raises Refused for another cause, or while a pause runs.
    """
    if cause not in CAUSES or not reason.strip():
        raise Refused(
            "pause_cause",
            "The clock may wait only for proof of identity or for a clarification that was asked: say which, and "
            "what was asked. Nothing was changed.",
        )
    with transaction.atomic():
        request = locked(request_id)
        if not begin_pause(request, cause):
            raise Refused("pause_runs", "The clock of this request waits already. Nothing was changed.")
        move(request, "paused", by=by, reason=reason)
    return request
