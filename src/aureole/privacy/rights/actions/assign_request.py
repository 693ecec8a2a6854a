from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.moving import locked, move


def assign_request(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Take a request on: whoever does this is its owner from now on, whosever it was before.

    Raises NotFound; Refused for a request that is closed.
    """
    with transaction.atomic():
        request = locked(request_id)
        request.owner_id = by.agent_id
        request.save(update_fields=["owner_id"])
        move(request, "assigned", by=by)
    return request
