from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.moving import locked, move


def send_back_request(*, request_id: uuid.UUID, reason: str, by: Actor) -> RightsRequest:
    """The second person does not release it and says why; it is worked on again.

    Raises NotFound; Refused without a reason, or when nothing waits to be released.
    """
    if not reason.strip():
        raise Refused("send_back_reason", "Say why, so that it can be mended. Nothing was changed.")
    with transaction.atomic():
        request = locked(request_id)
        move(request, "sent_back", by=by, reason=reason)
    return request
