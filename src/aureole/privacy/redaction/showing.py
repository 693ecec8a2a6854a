"""What stands at the places of an answer, opened for whoever decides about them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model

from aureole.kernel.text import one_line
from aureole.privacy.erasure.approval import NAMED, approval_words
from aureole.privacy.models import AnswerHit, AnswerReading, Decision, RightsRequest
from aureole.privacy.redaction.deciding import reading_of
from aureole.privacy.redaction.examining import Digests
from aureole.privacy.redaction.reasons import REASONS, default_for
from aureole.privacy.redaction.rows import Place, rows_at, texts_of
from aureole.vault.erased import Erased

LONGEST = 60
GONE = "(the text has changed)"


def found_words(request: RightsRequest, hits: Sequence[AnswerHit]) -> dict[uuid.UUID, str]:
    """The words of each hit, short, on one line; one query for each table there is a hit in."""
    reading = reading_of(request.id)
    if reading is None:
        return {}
    return words_of(hits, reading.person_id, Digests(str(reading.salt)))


def words_of(hits: Sequence[AnswerHit], person_id: uuid.UUID, digests: Digests) -> dict[uuid.UUID, str]:
    rows = rows_at({(hit.table, hit.row_id) for hit in hits}, person_id)
    return {hit.pk: _words(hit, rows, digests) for hit in hits}


def _words(hit: AnswerHit, rows: Mapping[Place, Model], digests: Digests) -> str:
    row = rows.get((hit.table, hit.row_id))
    if hit.is_file:
        name = getattr(row, "name", "")
        words = "" if isinstance(name, Erased) else str(name)
    else:
        text = text_of_hit(hit, row, digests)
        words = text[slice(*hit.spans[0])] if hit.spans else ""
    short = one_line(words)
    return f"{short[:LONGEST]}…" if len(short) > LONGEST else short or GONE


def text_of_hit(hit: AnswerHit, row: Model | None, digests: Digests) -> str:
    """The text a hit was found in; empty when the row or the text is another by now."""
    texts = texts_of(row) if row is not None else ()
    return next((text for _, text in texts if digests.text(text) == bytes(hit.text)), "")


def redactions_of(request: RightsRequest) -> dict[str, Any]:
    """For the evidence: what was found and what became of it, place by place, without a word of it.

    Empty when nobody read the answer, or when the person was erased and the places with them.
    """
    reading = AnswerReading.objects.filter(request=request).defer("salt").first()
    if reading is None:
        return {}
    hits = list(AnswerHit.objects.filter(request=request).order_by("position", "id"))
    hidden = [hit for hit in hits if hit.decision != Decision.KEEP]
    reasons = Counter(_code(hit) for hit in hidden for _ in range(hit.places))
    return {
        "read_at": reading.read_at.isoformat(),
        "texts": reading.texts,
        "before": {"places": sum(hit.places for hit in hits), "by_kind": _by_kind(hits)},
        "after": {
            "hidden": sum(hit.places for hit in hidden),
            "kept": sum(h.places for h in hits if h.decision == Decision.KEEP),
            "by_reason": [
                {"code": code, "reason": REASONS[code].words, "count": n} for code, n in sorted(reasons.items())
            ],
        },
        "places": [_place(hit) for hit in hits],
    }  # fmt: skip


def _by_kind(hits: Sequence[AnswerHit]) -> dict[str, int]:
    found = Counter(hit.kind for hit in hits for _ in range(hit.places))
    return dict(sorted(found.items()))


def _place(hit: AnswerHit) -> dict[str, Any]:
    return {
        "table": hit.table, "row": str(hit.row_id), "what": hit.kind, "count": hit.places, "standing": hit.standing,
        "decision": hit.decision or "hide", "decided_by": _by_whom(hit),
        "decided_at": hit.decided_at.isoformat() if hit.decided_at else None,
        "code": "" if hit.decision == Decision.KEEP else _code(hit), "asked_again": hit.asked_again,
    }  # fmt: skip


def _by_whom(hit: AnswerHit) -> str:
    return approval_words(NAMED) if hit.by_kind == NAMED else hit.by_kind or "a rule"


def _code(hit: AnswerHit) -> str:
    return hit.reason or default_for(hit.kind)
