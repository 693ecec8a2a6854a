"""Who prepared an answer, who released it, and what happens from then on."""

from __future__ import annotations

import uuid

from aureole.kernel.actor import Actor
from aureole.kernel.jobs import store_job
from aureole.privacy.erasure.approval import NAMED, ONE_PERSON, OPERATOR, SECOND_PERSON
from aureole.privacy.models import RequestStep, RightsRequest

Proposer = tuple[str, uuid.UUID | None]


def account_of(kind: str, agent_id: uuid.UUID | None) -> Proposer:
    """Who it was to the rule of two: an agent whom the operator named is that agent."""
    return ("agent" if agent_id is not None else kind), agent_id


def prepared_by(request: RightsRequest) -> Proposer | None:
    """Kind and account of whoever froze what is going to happen, the last time it was frozen."""
    last = _last_step(request, "prepared")
    return account_of(last.by_kind, last.by_agent) if last else None


def proposers(request: RightsRequest) -> set[Proposer]:
    """Who may not release it: whoever prepared what is frozen, and whoever decided it where nobody asked. A plan may
    be frozen anew by the program, once a hold is released."""
    decided = RequestStep.objects.filter(request=request, what="decided").values_list("by_kind", "by_agent")
    last = prepared_by(request)
    return {*(account_of(*one) for one in decided), *([last] if last else [])}


def second_person(request: RightsRequest) -> Actor | None:
    """Who released it, if that was somebody else than who prepared it."""
    if request.approved_by is None or ("agent", request.approved_by) in proposers(request):
        return None
    return Actor(kind="agent", agent_id=request.approved_by)


def release_of(request: RightsRequest) -> str:
    """What is known of who released it, as a code of APPROVALS; "" for one that was not released."""
    step = _last_step(request, "approved", "approved_to_wait")
    if step is None:
        return ""
    if step.by_kind in (NAMED, OPERATOR):
        return step.by_kind
    return ONE_PERSON if account_of(step.by_kind, step.by_agent) in proposers(request) else SECOND_PERSON


def _last_step(request: RightsRequest, *what: str) -> RequestStep | None:
    return RequestStep.objects.filter(request=request, what__in=what).order_by("-at", "-id").first()


def carry_out_later(request: RightsRequest) -> None:
    """Have the worker carry it out, at once or when its days are over; in the transaction that released it."""
    # One after another, should the job ever be there twice.
    store_job(
        "privacy.carry_out_request",
        request_id=request.id,
        at=request.execute_after,
        lock=f"request:{request.id}",
    )
