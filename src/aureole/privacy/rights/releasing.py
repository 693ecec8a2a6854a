"""Who prepared an answer, who released it, and what happens from then on."""

from __future__ import annotations

import uuid

from aureole.kernel.actor import Actor
from aureole.privacy.models import RequestStep, RightsRequest


def prepared_by(request: RightsRequest) -> tuple[str, uuid.UUID | None] | None:
    """Kind and account of whoever froze what is going to happen, the last time it was frozen."""
    last = RequestStep.objects.filter(request=request, what="prepared").order_by("-at", "-id").first()
    return (last.by_kind, last.by_agent) if last else None


def proposers(request: RightsRequest) -> set[tuple[str, uuid.UUID | None]]:
    """Who may not release it: whoever prepared what is frozen, and whoever decided it where nobody asked. A plan may
    be frozen anew by the program, once a hold is released."""
    decided = RequestStep.objects.filter(request=request, what="decided").values_list("by_kind", "by_agent")
    last = prepared_by(request)
    return {*decided, *([last] if last else [])}


def second_person(request: RightsRequest) -> Actor | None:
    """Who released it, if that was somebody else than who prepared it; the certificate says so."""
    if request.approved_by is None or ("agent", request.approved_by) in proposers(request):
        return None
    return Actor(kind="agent", agent_id=request.approved_by)


def carry_out_later(request: RightsRequest) -> None:
    """Have the worker carry it out, at once or when its days are over; in the transaction that released it."""
    from aureole.privacy.tasks import carry_out_request

    # One after another, should the job ever be there twice.
    carry_out_request.configure(lock=f"request:{request.id}", schedule_at=request.execute_after).defer(
        request_id=str(request.id)
    )
