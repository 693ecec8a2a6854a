from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.models import OWN_DECISION, RequestKind, RequestState, RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.rights.actions.open_request import new_request, running_request
from aureole.privacy.rights.actions.prepare_request import prepare_request
from aureole.privacy.rights.moving import move


def decide_erasure(
    *, person_id: uuid.UUID, by: Actor, reason: str, expected_hash: str, anonymise: bool = False
) -> RightsRequest:
    """Propose, by the controller's own decision, that somebody is erased: frozen, for a second person to release.

    From here it goes the way of a request: released, carried out exactly or stopped, with evidence. Nobody asked, so
    nobody's identity is proven, nobody is written to, and there are no days to take it back.

    reason         words of whoever decides, sealed with the request
    expected_hash  of the plan that was looked at
    The same proposal again gives the one that waits. The caller has checked that `by` may ("privacy.erase").
    Raises NotFound, and Refused for blockers, another plan, and while another decision about the person waits.
    """
    if not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    with transaction.atomic():
        waiting = running_request(RequestKind.ERASURE, person_id, own=True)
        if waiting is not None:
            return _the_same(waiting, expected_hash)
        request = new_request(RequestKind.ERASURE, OWN_DECISION, person_id, by=by)
        request.save(force_insert=True)
        move(request, "decided", by=by, reason=reason)
        prepared = prepare_request(request_id=request.id, by=by, anonymise=anonymise)
        if prepared.plan_hash != expected_hash:
            raise Refused(
                "plan_changed",
                "Something about this person has changed since you looked at the plan. Nothing was changed. "
                "Look at the new plan and decide again.",
            )
    return prepared


def _the_same(waiting: RightsRequest, expected_hash: str) -> RightsRequest:
    if waiting.state == RequestState.APPROVAL and waiting.plan_hash == expected_hash:
        return waiting
    raise Refused(
        "erasure_decided",
        f"Request no. {waiting.number} proposes this person's erasure already. Go on there, or withdraw it. "
        "Nothing was changed.",
    )
