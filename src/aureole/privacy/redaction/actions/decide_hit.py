from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.text import one_line
from aureole.ledger.record import record
from aureole.privacy.models import AnswerHit, Decision, RightsRequest
from aureole.privacy.redaction.reading_answer import refuse_unless_redactable
from aureole.privacy.redaction.reasons import default_for, reason
from aureole.privacy.redaction.remarks import keep_held_remarks
from aureole.privacy.rights.moving import locked

LONGEST_REMARK = 500


def decide_hit(
    *,
    request_id: uuid.UUID,
    hit_id: uuid.UUID,
    decision: str,
    by: Actor,
    reason_code: str = "",
    everywhere: bool = False,
    remark: str = "",
) -> int:
    """Hide or keep one place of an answer, or everything that reads the same. Returns how many hits it changed.

    reason_code  why it is hidden; default: another person's privacy, for staff that it is staff
    remark       why so, in the words of whoever decides; for the evidence, never for the package. Sealed under the key
                 of whoever asked, as it tells how their request was weighed
    Raises Refused for an unknown reason or a request whose answer is prepared already, NotFound for a hit that is
    not there any more (the text has changed: read the answer again).
    """
    with transaction.atomic():
        request = locked(request_id)
        refuse_unless_redactable(request, by.person_id)
        hit = hit_of(request, hit_id)
        code = _reason_code(decision, reason_code, hit)
        rows = AnswerHit.objects.filter(request=request)
        rows = rows.filter(value=hit.value) if everywhere else rows.filter(pk=hit.pk)
        same = rows.filter(decision=decision, reason=code, everywhere=everywhere)
        changed = rows.exclude(pk__in=same.values("pk")).update(
            decision=decision, reason=code, everywhere=everywhere, asked_again=False,
            by_kind=by.noted_kind, by_agent=by.agent_id, decided_at=now(),
        )  # fmt: skip
        _remember(hit, remark)
        if changed:
            note_decision(request, by, decision, changed)
    return changed


def _remember(hit: AnswerHit, remark: str) -> None:
    """At the place that was looked at, also when the decision was for all that read alike."""
    words = one_line(remark)
    if len(words) > LONGEST_REMARK:
        raise Refused(
            "redaction_remark", f"Keep the remark to {LONGEST_REMARK} characters. Nothing was changed."
        )
    if words and words != hit.remark:
        keep_held_remarks(AnswerHit.objects.filter(pk=hit.pk))
        hit.remark = words
        hit.save(update_fields=["remark"])


def hit_of(request: RightsRequest, hit_id: uuid.UUID) -> AnswerHit:
    """Raises NotFound where the answer was read anew since and the place is gone."""
    hit = AnswerHit.objects.filter(request=request, pk=hit_id).first()
    if hit is None:
        raise NotFound(
            "hit_not_found",
            "This place is not in the answer any more, or its text has changed. Nothing was changed; "
            "read the answer again.",
        )
    return hit


def note_decision(request: RightsRequest, by: Actor, decision: str, hits: int) -> None:
    record(
        "rights.hit_decided", by=by, person=request.person_id, request=request.number, hits=hits,
        decision=decision,
    )  # fmt: skip
    live.touch("rights", request.id)


def _reason_code(decision: str, code: str, hit: AnswerHit) -> str:
    if decision == Decision.KEEP:
        return ""
    if decision != Decision.HIDE:
        raise Refused("redaction_decision", "Say hide or keep. Nothing was changed.")
    return reason(code or default_for(hit.kind)).code
