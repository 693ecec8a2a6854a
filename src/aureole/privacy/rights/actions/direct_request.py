from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RequestKind, RightsRequest
from aureole.privacy.rights.letters import notify_directed
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.transfer.peers import peer_of


def direct_request(
    *, request_id: uuid.UUID, peer_id: uuid.UUID | None, by: Actor, reason: str = ""
) -> RightsRequest:
    """Note that the person wants the answer sent straight to another controller (GDPR Art. 20(2)), before it is
    released: whoever releases it sees where it goes. Every address of theirs is told, with "this was not me".

    peer_id  None when they rather fetch it themselves only
    reason   how they said so; sealed
    Said again it changes nothing. Raises Refused for another right than portability, or once the answer is prepared;
    NotFound for a peer that was removed.
    """
    with transaction.atomic():
        request = locked(request_id)
        if request.kind != RequestKind.PORTABILITY:
            raise Refused(
                "transfer_kind",
                "Only an answer to a portability request (GDPR Art. 20) is sent on. Nothing was changed.",
            )
        peer = peer_of(peer_id) if peer_id is not None else None
        wanted = peer.id if peer is not None else None
        if request.goes_to == wanted:
            return request
        request.goes_to = wanted
        request.save(update_fields=["goes_to"])
        move(request, "directed" if peer is not None else "undirected", by=by, reason=reason)
        if peer is not None:
            notify_directed(request, peer=peer.name)
    return request
