from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.kinds import RIGHTS, days_to_take_back
from aureole.privacy.rights.letters import notify_waiting
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.plans import refuse_overtaken
from aureole.privacy.rights.releasing import proposers


def approve_request(*, request_id: uuid.UUID, by: Actor, expected_hash: str | None = None) -> RightsRequest:
    """Release what was prepared: at once, or after the days in which the person may take it back.

    expected_hash  of the plan that was looked at; refused when another was frozen meanwhile
    Raises Refused where the policy wants a second person and this is the one who prepared it, always for somebody's
    own request, and where things have changed since it was frozen: what was looked at would not happen.
    """
    with transaction.atomic():
        request = locked(request_id)
        right = RIGHTS[request.kind]
        if by.person_id is not None and by.person_id == request.person_id:
            raise Refused(
                "approved_own", "Nobody releases the answer to their own request. Nothing was changed."
            )
        if expected_hash is not None and expected_hash != request.plan_hash:
            raise Refused(
                "plan_changed",
                "It was prepared anew since you looked. Nothing was released; look at it again and decide.",
            )
        if right.second_person and (by.kind, by.agent_id) in proposers(request):
            raise Refused(
                "approved_by_self",
                "Who prepared this may not release it: a second person has to. Nothing was changed.",
            )
        refuse_overtaken(request)
        request.approved_by = by.agent_id
        wait = days_to_take_back(request)
        request.execute_after = now() + timedelta(days=wait) if wait else None
        request.save(update_fields=["approved_by", "execute_after"])
        move(request, "approved_to_wait" if wait else "approved", by=by)
        if wait:
            notify_waiting(request)
    return request
