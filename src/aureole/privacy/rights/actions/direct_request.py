from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RequestKind, RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.transfer.peers import peer_of


def direct_request(
    *, request_id: uuid.UUID, peer_id: uuid.UUID, by: Actor, reason: str = ""
) -> RightsRequest:
    """Note that the person wants the answer sent straight to another controller (GDPR Art. 20(2)), before it is
    released: whoever releases it sees where it goes.

    reason  how they said so; sealed
    Raises Refused for another right than portability, NotFound for a peer that was removed.
    """
    with transaction.atomic():
        request = locked(request_id)
        if request.kind != RequestKind.PORTABILITY:
            raise Refused(
                "transfer_kind",
                "Only an answer to a portability request (GDPR Art. 20) is sent on. Nothing was changed.",
            )
        request.goes_to = peer_of(peer_id).id
        request.save(update_fields=["goes_to"])
        move(request, "directed", by=by, reason=reason)
    return request
