from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters import notify_unproven
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause
from aureole.privacy.rights.place import today
from aureole.privacy.rights.queue import steps_of
from aureole.privacy.rights.unproven import closes_on


def close_unproven(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Close a request for which nobody proved who asks, and say so at the addresses on file (Art. 12(2), (6)).

    They may ask again at any time. Codes that were sent no longer count. Raises Refused before its day.
    """
    with transaction.atomic():
        request = locked(request_id)
        day = closes_on(request, steps_of(request))
        if day is None or today() < day:
            raise Refused(
                "unproven_early", "This request still waits for proof of identity. Nothing was changed."
            )
        request.proofs.filter(confirmed_at=None).update(expires_at=now())
        end_pause(request)
        move(request, "closed_unproven", by=by)
        notify_unproven(request, days=settings.AUREOLE_UNPROVEN_DAYS)
    return request
