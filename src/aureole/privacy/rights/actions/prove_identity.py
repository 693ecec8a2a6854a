from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.rights.codes import try_code
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def prove_identity(*, request_id: uuid.UUID, code: str, by: Actor) -> RightsRequest:
    """The person gives the code back: they control an address that was on file. Raises Refused otherwise.

    Where the policy asks for more (AUREOLE_STEP_UP), and where the record was put together from two, of which the code
    proves one, the request waits for an officer's word, on a clock that runs: the person did their part.
    """
    try_code(RightsRequest.objects.get(pk=request_id), code, "identity")
    with transaction.atomic():
        request = locked(request_id)
        end_pause(request)
        move(request, "channel_proven" if _needs_more(request) else "identity_proven", by=by)
    return request


def _needs_more(request: RightsRequest) -> bool:
    right = RIGHTS[request.kind]
    put_together = request.person_id is not None and bool(directory().formerly(request.person_id))
    return right.steps_up or (right.releases and put_together)
