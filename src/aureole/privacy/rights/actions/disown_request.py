from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def disown_request(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Somebody at an address on file says: this was not me. It stops, whatever had been proven."""
    with transaction.atomic():
        request = locked(request_id)
        request.refusal = "not_the_person"
        request.save(update_fields=["refusal"])
        end_pause(request)
        move(request, "disowned", by=by)
    return request
