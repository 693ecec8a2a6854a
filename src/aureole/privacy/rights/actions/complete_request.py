from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.export.errors import AnswerChanged
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.redaction.reading_answer import ANSWERS
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.letters import notify_done
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause
from aureole.privacy.rights.plans import changes_since_frozen
from aureole.privacy.rights.ports import Executor, executor
from aureole.privacy.rights.releasing import second_person


def complete_request(
    *, request_id: uuid.UUID, by: Actor, approved_by: Actor | None = None, reason: str = ""
) -> RightsRequest:
    """Carry the right out, exactly as it was released, and close the request. Repeatable after a crash.

    approved_by  the second person; default: who released it, unless they prepared it themselves
    reason       what was done by hand, for rights nobody carries out automatically; sealed
    Raises Refused when it was not released, when its days are not over, or when something has changed since.
    """
    request = _begin(request_id, by)
    doer = executor(request.kind)
    if doer is None and not reason.strip():
        raise Refused("complete_how", "Say what was done; the person is told. Nothing was changed.")
    second = approved_by or second_person(request)
    outcome = _carry_out(doer, request, by, second) if doer else {"by_hand": 1}
    with transaction.atomic():
        row = locked(request_id)
        if row.state == RequestState.DONE:
            return row
        row.outcome = outcome
        row.save(update_fields=["outcome"])
        end_pause(row)
        move(row, "completed", by=by, reason=reason)
        notify_done(row)
    return row


def _carry_out(
    doer: Executor, request: RightsRequest, by: Actor, second: Actor | None
) -> dict[str, int | str]:
    """An answer that is not what was released goes back to be worked on."""
    try:
        return doer.execute(request, by=by, approved_by=second)
    except AnswerChanged:
        with transaction.atomic():
            row = locked(request.id)
            if row.state == RequestState.EXECUTING:
                move(row, "plan_changed", by=by)
        raise


def _begin(request_id: uuid.UUID, by: Actor) -> RightsRequest:
    with transaction.atomic():
        request = locked(request_id)
        right = RIGHTS[request.kind]
        released = request.state in (RequestState.COOLING, RequestState.EXECUTING)
        if right.releases and not released:
            raise Refused(
                "request_unreleased",
                "What is going to happen has to be prepared and released first. Nothing was changed.",
            )
        if not right.releases and not released and request.state != RequestState.WORKING:
            raise Refused(
                "request_state",
                "Identity has to be established first. Nothing was changed."
                if request.state in right.entry_states
                else f"Request {request.number} is {RequestState(request.state).label}. Nothing was changed.",
            )
        _refuse_early(request)
        if released:
            if _has_changed(request):
                move(request, "plan_changed", by=by)
                request.refusal = ""
            elif request.state != RequestState.EXECUTING or not _is_erasing(request):  # else it was begun
                move(request, "begun", by=by)
    if request.state == RequestState.WORKING and released:
        raise Refused(
            "plan_changed",
            "Something about this person has changed since this was released, so it was not carried out. "
            "Look at the difference and prepare it again.",
        )
    return request


def _refuse_early(request: RightsRequest) -> None:
    if request.execute_after is not None and now() < request.execute_after:
        raise Refused(
            "request_cooling",
            f"The person may take this back until {request.execute_after:%Y-%m-%d %H:%M} UTC. Nothing was done yet.",
        )


def _has_changed(request: RightsRequest) -> bool:
    """Only what is counted before it is approved can change; an erasure under way is past that. An answer is
    compared while it is written; one that was released before people decided about others in it stands for nothing."""
    if request.kind in ANSWERS and not request.plan_hash:
        return True
    if request.state == RequestState.EXECUTING and _is_erasing(request):
        return False
    return bool(changes_since_frozen(request))


def _is_erasing(request: RightsRequest) -> bool:
    from aureole.privacy.models import Erasure

    return Erasure.objects.filter(person_id=request.person_id).exists()
