from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.holds.guard import CODE
from aureole.privacy.models import RequestKind, RequestState, RequestStep, RightsRequest
from aureole.privacy.ports import blockers
from aureole.privacy.redaction.deciding import hash_of, refuse_undecided
from aureole.privacy.redaction.reading_answer import ANSWERS, read_for
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.plans import plan_now


def prepare_request(*, request_id: uuid.UUID, by: Actor, anonymise: bool = False) -> RightsRequest:
    """Freeze what is going to happen, for a second person to look at. Who prepares may not approve.

    An answer that hands data out is read for other people once more; what was decided about them is what is frozen.
    anonymise  of a request to be erased: keep the conversations without the person (GDPR recital 26)
    Raises Refused when something stands in the way (found now, before anything is begun), and for a right that hands
    nothing out and erases nothing: nobody has to release that, so it is carried out at once.
    """
    _refuse_needless(request_id)
    _note_hold(request_id, by)
    _read_answer(request_id, by)
    found = RightsRequest.objects.only("person_id", "kind").filter(pk=request_id).first()
    if anonymise and found is not None and found.kind != RequestKind.ERASURE:
        raise Refused("request_keeps_nothing", "Only a request to be erased can be answered by anonymising.")
    person_id = found.person_id if found is not None else None
    plan = plan_now(person_id, anonymise=anonymise) if person_id else None
    with transaction.atomic():
        request = locked(request_id)
        if plan is not None and RIGHTS[request.kind].plans:
            if plan.blockers:
                raise Refused("request_blocked", f"{plan.blockers[0].reason} Nothing was changed.")
            request.plan = plan.as_json() | {"person": "", "hash": ""}
            request.plan_hash = plan.hash
        if request.kind in ANSWERS and request.state == RequestState.WORKING:
            refuse_undecided(request)
            request.plan_hash = hash_of(request.id)
        request.owner_id = by.agent_id
        request.save(update_fields=["plan", "plan_hash", "owner_id"])
        move(request, "prepared", by=by)
    return request


def _refuse_needless(request_id: uuid.UUID) -> None:
    request = RightsRequest.objects.only("kind", "state").filter(pk=request_id).first()
    if request is not None and request.state == RequestState.WORKING and not RIGHTS[request.kind].releases:
        raise Refused(
            "request_needs_no_release",
            "A request of this kind needs no second person. Nothing was changed; carry it out and close it.",
        )


def _note_hold(request_id: uuid.UUID, by: Actor) -> None:
    """That a hold stands in the way is a step of its own: whoever releases it finds what waits by it."""
    with transaction.atomic():
        request = locked(request_id)
        if request.person_id is None or request.state != RequestState.WORKING:
            return
        if not RIGHTS[request.kind].plans or CODE not in {b.code for b in blockers(request.person_id)}:
            return
        last = RequestStep.objects.filter(request=request).order_by("-id").first()
        if last is None or last.what != "held":
            move(request, "held", by=by)


def _read_answer(request_id: uuid.UUID, by: Actor) -> None:
    """In a transaction of its own: what is new in it can be looked at although nothing is frozen yet."""
    with transaction.atomic():
        request = locked(request_id)
        if (
            request.kind in ANSWERS
            and request.state == RequestState.WORKING
            and request.person_id is not None
        ):
            read_for(request, by)
