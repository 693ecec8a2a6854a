"""What was written beside a decision: for the evidence, never for the package."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from aureole.kernel.clock import now
from aureole.privacy.holds.guard import held_since
from aureole.privacy.models import AnswerHit, AnswerReading, RightsRequest
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock


def keep_held_remarks(hits: QuerySet[AnswerHit]) -> None:
    """Of places whose remarks are about to be overwritten or to go, in the caller's transaction: they stay beside the
    reading while a legal hold covers the person (decision 61), and go with the request."""
    said = unlock(list(hits.filter(remark__isnull=False).order_by("position", "id")))
    if not said or held_since(said[0].person_id) is None:
        return
    rows = AnswerReading.objects.select_for_update().filter(request_id=said[0].request_id)
    [reading] = unlock(list(rows))
    until = now().isoformat()
    former = [
        *_former(reading), *({**_line(hit), "until": until} for hit in said if not isinstance(hit.remark, Erased))
    ]  # fmt: skip
    reading.former = {"remarks": former}
    reading.save(update_fields=["former"])


def remarks_of(request: RightsRequest) -> list[dict[str, Any]]:
    """What whoever decided wrote beside it, then what a hold kept of before, with `until`; empty once the person is
    erased."""
    hits = unlock(AnswerHit.objects.filter(request=request, remark__isnull=False).order_by("position", "id"))
    readings = unlock(list(AnswerReading.objects.filter(request=request)))
    return [
        *(_line(hit) for hit in hits if not isinstance(hit.remark, Erased)),
        *(line for reading in readings for line in _former(reading)),
    ]


def _former(reading: AnswerReading) -> list[dict[str, Any]]:
    kept = reading.former
    return list(kept["remarks"]) if kept and not isinstance(kept, Erased) else []


def _line(hit: AnswerHit) -> dict[str, Any]:
    return {
        "table": hit.table, "row": str(hit.row_id), "what": hit.kind, "decision": hit.decision,
        "remark": str(hit.remark),
    }  # fmt: skip
