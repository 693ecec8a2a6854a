from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.export.stored import delete_export_of
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause
from aureole.privacy.transfer.ending import withdraw_of_request


def disown_request(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Somebody at an address on file says: this was not me. It stops, whatever had been proven.

    A package that waits to be fetched is deleted, one on its way to another controller taken back, and codes that
    were sent no longer count. Raises Refused when it was carried out already and nothing is left to stop.
    """
    with transaction.atomic():
        request = locked(request_id)
        stopped = withdraw_of_request(request.id, by=by) + delete_export_of(request.id)
        if request.state == RequestState.DONE and not stopped:
            raise Refused(
                "request_state",
                f"Request {request.number} is done, so it cannot be stopped any more. Write to us: we look at it.",
            )
        request.proofs.filter(confirmed_at=None).update(expires_at=now())
        request.refusal = "not_the_person"
        request.save(update_fields=["refusal"])
        end_pause(request)
        move(request, "disowned", by=by)
    return request
