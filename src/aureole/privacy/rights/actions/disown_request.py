from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.erasure.calling_off import wait_for_its_turn
from aureole.privacy.export.stored import delete_export_of
from aureole.privacy.models import RequestKind, RequestState, RightsRequest
from aureole.privacy.rights.farewell import call_off_erasure
from aureole.privacy.rights.letters import notify_stopped
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause
from aureole.privacy.transfer.ending import withdraw_of_request


def disown_request(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Somebody at an address on file says: this was not me. It stops, whatever had been proven.

    A package that waits to be fetched is deleted, one on its way to another controller taken back, and codes that
    were sent no longer count. An erasure that has not taken anything yet, because it waits for its last letter or for a
    hold, is called off. Every address of theirs is told. Raises Refused when it was carried out already and nothing is
    left to stop.
    """
    with transaction.atomic():
        if RightsRequest.objects.filter(pk=request_id, kind=RequestKind.ERASURE).exists():
            wait_for_its_turn()
        request = locked(request_id)
        if request.state == RequestState.EXECUTING:
            _stop_carrying_out(request, by)
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
        if by.kind != "system":  # after a restore it is said once more what they were told before
            notify_stopped(request)
    return request


def _stop_carrying_out(request: RightsRequest, by: Actor) -> None:
    """A package that is being written is deleted once it is: whoever says so a moment later stops it."""
    if request.kind != RequestKind.ERASURE:
        raise Refused(
            "request_state",
            f"Request {request.number} is being carried out at this moment. Nothing was stopped yet: try again in a "
            "minute.",
        )
    call_off_erasure(request, by=by)
