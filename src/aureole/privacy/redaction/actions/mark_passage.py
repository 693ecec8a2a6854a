from __future__ import annotations

import re
import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.models import AnswerHit, AnswerReading, Decision, HitStanding
from aureole.privacy.ports import KnownAs
from aureole.privacy.redaction.actions.decide_hit import note_decision
from aureole.privacy.redaction.deciding import reading_of
from aureole.privacy.redaction.examining import Digests, pattern_of
from aureole.privacy.redaction.marking import keep_met, meet, places_of
from aureole.privacy.redaction.reading_answer import known_of, read_again, refuse_unless_redactable
from aureole.privacy.redaction.reasons import BY_DEFAULT, reason
from aureole.privacy.redaction.rows import rows_at, texts_of
from aureole.privacy.rights.moving import locked

_LEAST = 2


def mark_passage(
    *,
    request_id: uuid.UUID,
    table: str,
    row_id: uuid.UUID,
    passage: str,
    by: Actor,
    reason_code: str = BY_DEFAULT,
    everywhere: bool = True,
) -> AnswerHit:
    """Hide words of one row that no rule found, marked by hand; also in what the person wrote themselves.

    passage     the words as they stand in a text of the row
    everywhere  hide the same words in all other texts too; without it each place is put before somebody
    What it costs does not depend on how much there is: `redaction.marking` says which places are met at once.
    Marked again, it is the same hit. Raises Refused for words that are not there, NotFound for a row that is no part
    of the answer.
    """
    with transaction.atomic():
        request = locked(request_id)
        refuse_unless_redactable(request, by.person_id)
        code = reason(reason_code).code
        assert request.person_id is not None, "identity was established"
        reading = reading_of(request.id) or read_again(request)
        text, start, end = _found(table, row_id, request.person_id, passage)
        digests = Digests(str(reading.salt))
        hit, _ = AnswerHit.objects.get_or_create(
            request=request, table=table, row_id=row_id, value=digests.value(text[start:end]),
            defaults={
                "person_id": reading.person_id, "kind": "marked", "standing": HitStanding.DOUBTFUL,
                "position": _position(reading, table, row_id), "spans": [[start, end]], "text": digests.text(text),
            },
        )  # fmt: skip
        as_marked = {"decision": Decision.HIDE, "reason": code, "everywhere": everywhere}
        if all(getattr(hit, name) == value for name, value in as_marked.items()):
            return hit
        AnswerHit.objects.filter(pk=hit.pk).update(
            **as_marked, by_kind=by.noted_kind, by_agent=by.agent_id, decided_at=now(), asked_again=False
        )
        note_decision(request, by, Decision.HIDE, 1)
        _meet(hit, text[start:end], pattern_of(text, start, end), reading, known_of(request))
        hit.refresh_from_db()
    return hit


def _meet(
    hit: AnswerHit, words: str, pattern: re.Pattern[str] | None, reading: AnswerReading, known: KnownAs
) -> None:
    """In its own row and where the index knows the words; every other place is met at the next reading."""
    assert pattern is not None, "the words were found by one"
    hit.refresh_from_db()
    met = meet(places_of(words, (hit.table, hit.row_id), known.person_id), pattern, reading, known)
    own = met.get((hit.table, hit.row_id, bytes(hit.value)))
    if own is None:  # words that no answer shows, such as those of a form that is left out anyway
        raise _not_found()
    if hit.kind == "marked":
        AnswerHit.objects.filter(pk=hit.pk).update(spans=[list(span) for span in own.spans], text=own.text)
    keep_met(met, hit)


def _found(table: str, row_id: uuid.UUID, person_id: uuid.UUID, passage: str) -> tuple[str, int, int]:
    """Text, start and end of the words, however lines are broken. The whole text first: others are its parts."""
    row = rows_at([(table, row_id)], person_id).get((table, row_id))
    if row is None:
        raise NotFound("row_not_found", "This text is no part of the answer any more. Nothing was changed.")
    wanted = passage.strip()
    pattern = pattern_of(wanted, 0, len(wanted)) if len(wanted) >= _LEAST else None
    texts = (text for _, text in sorted(texts_of(row), key=lambda one: (one[0] != "text", -len(one[1]))))
    for text in texts if pattern is not None else ():
        match = pattern.search(text) if pattern is not None else None
        if match is not None:
            return text, *match.span()
    raise _not_found()


def _not_found() -> Refused:
    return Refused(
        "passage_not_found",
        "These words are not in this text as they were marked, or they are too short. Nothing was hidden; "
        "mark them again.",
    )


def _position(reading: AnswerReading, table: str, row_id: uuid.UUID) -> int:
    """Beside what was found in the same row, until the answer is read again."""
    rows = AnswerHit.objects.filter(request_id=reading.request_id)
    beside = rows.filter(table=table, row_id=row_id).order_by("position").first()
    last = beside or rows.order_by("-position").first()
    return last.position if last else 0
