from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters import notify_taken_back
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def take_back_request(*, request_id: uuid.UUID, by: Actor, reason: str = "") -> RightsRequest:
    """The person changed their mind. They get a letter that says so. Possible until it is being carried out: then
    Refused. Raises NotFound."""
    with transaction.atomic():
        request = locked(request_id)
        end_pause(request)
        move(request, "taken_back", by=by, reason=reason)
        notify_taken_back(request)
    return request
