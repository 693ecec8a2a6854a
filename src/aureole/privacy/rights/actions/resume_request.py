from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def resume_request(*, request_id: uuid.UUID, by: Actor, reason: str = "") -> RightsRequest:
    """The person has answered: the clock goes on. Raises Refused when it was not waiting."""
    with transaction.atomic():
        request = locked(request_id)
        if not end_pause(request):
            raise Refused("pause_none", "The clock of this request is not waiting. Nothing was changed.")
        move(request, "resumed", by=by, reason=reason)
    return request
