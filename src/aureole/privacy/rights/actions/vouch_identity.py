from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause


def vouch_identity(*, request_id: uuid.UUID, how: str, by: Actor) -> RightsRequest:
    """An officer says how they established identity: a kind of proof in words, never a copy of a document.

    Raises Refused without words, while nobody is recognised, or for oneself.
    """
    if not how.strip():
        raise Refused("identity_how", "Say in words how you know that it is the person. Nothing was changed.")
    with transaction.atomic():
        request = locked(request_id)
        if request.person_id is None:
            raise Refused("request_unmatched", "Find out first whose request this is. Nothing was changed.")
        if by.person_id == request.person_id:
            raise Refused("identity_own", "Nobody vouches for themselves. Nothing was changed.")
        end_pause(request)
        move(request, "identity_vouched", by=by, reason=how)
    return request
