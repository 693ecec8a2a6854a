"""What was decided about the answer to a request, loaded to be applied."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from django.db.models import Count

from aureole.kernel.errors import Refused
from aureole.privacy.export.shielding import our_addresses
from aureole.privacy.models import AnswerHit, AnswerReading, Decision, HitStanding, RightsRequest
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.examining import (
    Decided,
    Digests,
    Examination,
    Place,
    Ruling,
    frozen_hash,
    pattern_of,
)
from aureole.privacy.redaction.forms import Forms
from aureole.privacy.redaction.rows import rows_at, texts_of
from aureole.vault.unlock import unlock


def reading_of(request_id: uuid.UUID) -> AnswerReading | None:
    """None when nobody has read the answer for others yet."""
    reading = AnswerReading.objects.filter(request_id=request_id).first()
    return unlock([reading])[0] if reading is not None else None


def examination(reading: AnswerReading, known: KnownAs) -> Examination:
    """With everything that was decided so far. The number of queries depends on nothing but the tables concerned."""
    digests = Digests(str(reading.salt))
    hits = list(AnswerHit.objects.filter(request_id=reading.request_id))
    return Examination(digests, Forms(known, our_addresses()), _decided(hits, digests, known.person_id))


def _decided(hits: Iterable[AnswerHit], digests: Digests, person_id: uuid.UUID) -> Decided:
    rulings = {(hit.table, hit.row_id, bytes(hit.value)): _ruling(hit) for hit in hits if hit.decision}
    everywhere = {bytes(hit.value): _ruling(hit) for hit in hits if hit.decision and hit.everywhere}
    marked = [hit for hit in hits if hit.kind == "marked" and hit.decision == Decision.HIDE]
    patterns, lost = _marks(marked, digests, person_id)
    changed = lost | {(hit.table, hit.row_id) for hit in hits if hit.kind == "changed"}
    return Decided(rulings=rulings, everywhere=everywhere, marks=patterns, changed=frozenset(changed))


def _ruling(hit: AnswerHit) -> Ruling:
    return Ruling(
        decision=hit.decision, reason=hit.reason, text=bytes(hit.text), everywhere=hit.everywhere,
        by_kind=hit.by_kind, by_agent=hit.by_agent, decided_at=hit.decided_at,
    )  # fmt: skip


def _marks(
    marked: list[AnswerHit], digests: Digests, person_id: uuid.UUID
) -> tuple[tuple[re.Pattern[str], ...], set[Place]]:
    """What was marked by hand, read again from where it stands; and the rows in which it cannot be found."""
    rows = rows_at({(hit.table, hit.row_id) for hit in marked}, person_id) if marked else {}
    patterns: dict[str, re.Pattern[str]] = {}
    lost: set[Place] = set()
    for hit in marked:
        row = rows.get((hit.table, hit.row_id))
        if row is None:
            continue
        text = next((t for _, t in texts_of(row) if digests.text(t) == bytes(hit.text)), None)
        if text is None:
            lost.add((hit.table, hit.row_id))
            continue
        for start, end in hit.spans[:1]:
            pattern = pattern_of(text, start, end)
            if pattern is not None:
                patterns[pattern.pattern] = pattern
    return tuple(patterns.values()), lost


def hash_of(request_id: uuid.UUID) -> str:
    """What a release of the answer as it was read last would stand for."""
    rows = AnswerHit.objects.filter(request_id=request_id)
    columns = ("table", "row_id", "value", "text", "standing", "decision", "reason")
    reading = AnswerReading.objects.filter(request_id=request_id).only("told").first()
    return frozen_hash(
        request_id,
        bytes(reading.told) if reading is not None else b"",
        (
            (table, row, bytes(value), bytes(text), standing, decision, reason)
            for table, row, value, text, standing, decision, reason in rows.values_list(*columns)
        ),
    )


def hash_met(request_id: uuid.UUID, met: Examination) -> str:
    """The same of what an examination has met."""
    return frozen_hash(
        request_id,
        met.told_hash,
        ((
            *hit.key, hit.text, hit.standing,
            hit.ruling.decision if hit.ruling else "", hit.ruling.reason if hit.ruling else "",
        )
        for hit in met.hits.values())
    )  # fmt: skip


def undecided(request_id: uuid.UUID) -> int:
    """How many hits have to be decided before anything is released."""
    return AnswerHit.objects.filter(request_id=request_id, decision="", standing=HitStanding.DOUBTFUL).count()


def counts_of(request_id: uuid.UUID) -> dict[str, int]:
    """Hits that people hid, kept, and left to the rules; empty when there are none."""
    rows = AnswerHit.objects.filter(request_id=request_id).order_by()
    found = dict(rows.values_list("decision").annotate(count=Count("id")))
    names = {Decision.HIDE: "hidden", Decision.KEEP: "kept", "": "hidden_by_rule"}
    return {name: found[decision] for decision, name in names.items() if decision in found}


def refuse_undecided(request: RightsRequest) -> None:
    """Raises Refused while a place that only looks like somebody else's is undecided.

    Whoever is surely known to be another is hidden without asking (GDPR Art. 15(4)); what merely looks so may be the
    person's own, and to hide that would cut their right short. Neither can be weighed by a program.
    """
    left = undecided(request.id)
    if left:
        places = "1 place" if left == 1 else f"{left} places"
        raise Refused(
            "redaction_undecided",
            f"{places} in this answer may tell of other people, and nobody has decided yet whether to hide or keep "
            f"them. Nothing was prepared; decide on the page of the request under “Redact”, or with "
            f"`aureole rights redactions {request.number}`.",
        )
