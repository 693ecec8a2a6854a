from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.codes import try_code
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def prove_identity(*, request_id: uuid.UUID, code: str, by: Actor) -> RightsRequest:
    """The person gives the code back: they control an address that was on file. Raises Refused otherwise.

    Where the policy asks for more (AUREOLE_STEP_UP) the request waits for an officer's word, on a clock that runs:
    the person did their part.
    """
    try_code(RightsRequest.objects.get(pk=request_id), code, "identity")
    with transaction.atomic():
        request = locked(request_id)
        end_pause(request)
        move(request, "channel_proven" if RIGHTS[request.kind].steps_up else "identity_proven", by=by)
    return request
