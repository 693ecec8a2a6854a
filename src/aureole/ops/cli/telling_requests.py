"""How a request is told on the command line, whatever was done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aureole.ops.cli.output import Report

if TYPE_CHECKING:
    from aureole.privacy.models import RightsRequest


def brief_of(request: RightsRequest) -> dict[str, Any]:
    from aureole.privacy.rights.place import clock_of, last_day_of

    clock, day = clock_of(request), last_day_of(request)
    return {
        "id": str(request.id), "number": request.number, "kind": request.kind, "state": request.state,
        "received_at": request.received_at.isoformat(), "due_on": clock.due_on(day).isoformat(),
        "due_on_strict": clock.due_on_strict.isoformat(), "days_left": clock.days_left(day),
        "person": str(request.person_id) if request.person_id else None,
    }  # fmt: skip


def tell_request(answer: Report, request: RightsRequest) -> None:
    from aureole.privacy.erasure.approval import NAMED, approval_words
    from aureole.privacy.rights.queue import steps_of

    brief = brief_of(request)
    steps = [{"at": s.at.isoformat(), "what": s.what, "by": s.by_kind} for s in steps_of(request)]
    answer.tell(**brief, outcome=request.outcome, plan_hash=request.plan_hash or None, steps=steps)
    answer.say(f"No. {request.number}: {request.kind}, {request.get_state_display()}. {request.id}")
    answer.say(f"Received {request.received_on}, due {brief['due_on']} (strictly {brief['due_on_strict']}).")
    for step in steps:
        who = approval_words(NAMED) if step["by"] == NAMED else step["by"]
        answer.say(f"  {step['at'][:16]}  {step['what']}  ({who})")
    for name, value in (request.outcome or {}).items():
        answer.say(f"  {name}: {value}")
