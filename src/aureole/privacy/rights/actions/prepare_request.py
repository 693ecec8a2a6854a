from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.moving import locked, move


def prepare_request(*, request_id: uuid.UUID, by: Actor) -> RightsRequest:
    """Freeze what is going to happen, for a second person to look at. Who prepares may not approve.

    Raises Refused when something stands in the way (found now, before anything is begun).
    """
    person_id = RightsRequest.objects.values_list("person_id", flat=True).filter(pk=request_id).first()
    plan = make_plan(person_id) if person_id else None
    with transaction.atomic():
        request = locked(request_id)
        if plan is not None and RIGHTS[request.kind].plans:
            if plan.blockers:
                raise Refused("request_blocked", f"{plan.blockers[0].reason} Nothing was changed.")
            request.plan = plan.as_json() | {"person": "", "hash": ""}
            request.plan_hash = plan.hash
        request.owner_id = by.agent_id
        request.save(update_fields=["plan", "plan_hash", "owner_id"])
        move(request, "prepared", by=by)
    return request
