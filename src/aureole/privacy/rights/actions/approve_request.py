from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import RequestStep, RightsRequest
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import notify_waiting
from aureole.privacy.rights.moving import locked, move


def approve_request(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Release what was prepared: at once, or after the days in which the person may take it back.

    Raises Refused where the policy wants a second person and this is the one who prepared it.
    """
    with transaction.atomic():
        request = locked(request_id)
        right = RIGHTS[request.kind]
        if right.second_person and _prepared_by(request) == (by.kind, by.agent_id):
            raise Refused(
                "approved_by_self",
                "Who prepared this may not release it: a second person has to. Nothing was changed.",
            )
        request.approved_by = by.agent_id
        wait = right.cooling_off_days
        request.execute_after = now() + timedelta(days=wait) if wait else None
        request.save(update_fields=["approved_by", "execute_after"])
        move(request, "approved_to_wait" if wait else "approved", by=by)
        if wait:
            notify_waiting(request)
    return request


def _prepared_by(request: RightsRequest) -> tuple[str, uuid.UUID | None] | None:
    last = RequestStep.objects.filter(request=request, what="prepared").order_by("-id").first()
    return (last.by_kind, last.by_agent) if last else None
