from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters import notify_extension
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.place import clock_of, today


def extend_request(*, request_id: uuid.UUID, reason: str, by: Actor) -> RightsRequest:
    """Two more months, once, told to the person with the reasons inside the first month (Art. 12(3)).

    Raises Refused without reasons, a second time, or after the first month.
    """
    if not reason.strip():
        raise Refused("extend_reason", "The person must be told why. Nothing was changed; give the reasons.")
    with transaction.atomic():
        request = locked(request_id)
        if request.extended_at is not None:
            raise Refused(
                "extend_once", "This request was extended already; the law gives no second extension."
            )
        last = clock_of(request).extend_until
        if today() > last:
            raise Refused(
                "extend_too_late",
                f"The person had to be told by {last}; that day is over, so the time cannot be extended any more.",
            )
        request.extended_at = now()
        request.save(update_fields=["extended_at"])
        move(request, "extended", by=by, reason=reason)
        notify_extension(request, reason)
    return request
