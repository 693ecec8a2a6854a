"""Words marked by hand, met where they stand: in the row they were marked in and where the index knows of them.

A click must not read a whole answer. The places found here are those an officer wants to see at once; others are met
when the answer is read again, which preparing it does, and is hidden whenever it is written.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aureole.privacy.declare import declarations
from aureole.privacy.export.answer import workspace
from aureole.privacy.export.ports import Held, letter_places
from aureole.privacy.export.shield import Shield
from aureole.privacy.export.spans import Span
from aureole.privacy.export.tables import screen_some, table_of
from aureole.privacy.models import AnswerHit, AnswerReading, Decision
from aureole.privacy.ports import KnownAs, mention_places
from aureole.privacy.redaction.examining import Decided, Digests, Examination, Hit, Key
from aureole.privacy.redaction.forms import Forms
from aureole.privacy.redaction.rows import Place, rows_at
from aureole.search.find import holding

MOST_PLACES = 100
_MET = ("marked", "file")


class _OnlyMarks(Shield):
    """Finds nobody: what rules find was found when the answer was read."""

    def find(self, text: str, author: uuid.UUID | None = None) -> list[Span]:
        return []

    def look_up(self, values: Iterable[Any]) -> None:
        pass


class _NoForms(Forms):
    def find(self, text: str) -> Iterator[Span]:
        return iter(())


def places_of(passage: str, place: Place, person_id: uuid.UUID) -> list[Place]:
    """Where the words may stand: the row they were marked in, and rows of the person that have them by the index."""
    tables = {one.kind: one.table for one in mention_places() if one.table}
    found = holding(passage, person=person_id, most=MOST_PLACES)
    others = [(tables[one.kind], one.row_id) for one in found if one.kind in tables]
    return list(dict.fromkeys([place, *others]))


def meet(
    places: Sequence[Place], pattern: re.Pattern[str], reading: AnswerReading, known: KnownAs
) -> dict[Key, Hit]:
    """Where the answer would show the words, in these rows only. The same examiner as everywhere."""
    decided = Decided(rulings={}, everywhere={}, marks=(pattern,))
    met = Examination(Digests(str(reading.salt)), _NoForms(known), decided)
    shield = _OnlyMarks(known, (), workspace=workspace(), examiner=met)
    rows = rows_at(places, known.person_id)
    for place in letter_places():
        held = Held(place.models)
        for model in place.models:
            of_model = [row for row in rows.values() if isinstance(row, model)]
            held.keep(model, of_model, ())
        for _ in place.letters(known.person_id, shield, held):
            pass
    for declaration in declarations():
        ids = [row_id for table, row_id in rows if table == declaration.table]
        if ids and not declaration.withheld:
            screen_some(table_of(declaration.model), known.person_id, shield, ids)
    return {key: hit for key, hit in met.hits.items() if hit.kind in _MET}


def keep_met(met: dict[Key, Hit], marked: AnswerHit) -> None:
    """What was met becomes hits beside those of their rows; a decision for all that reads alike holds for them too."""
    rows = AnswerHit.objects.filter(request=marked.request_id)
    known = {
        (hit.table, hit.row_id, bytes(hit.value)): hit
        for hit in rows.filter(row_id__in={row_id for _, row_id, _ in met})
    }
    ruling = {
        "decision": marked.decision, "reason": marked.reason, "everywhere": True, "by_kind": marked.by_kind,
        "by_agent": marked.by_agent, "decided_at": marked.decided_at,
    }  # fmt: skip
    fresh = []
    for key, hit in met.items():
        if key in known:
            continue
        table, row_id, value = key
        holds = ruling if marked.everywhere and value == bytes(marked.value) else {}
        fresh.append(
            AnswerHit(
                request_id=marked.request_id, person_id=marked.person_id, table=table, row_id=row_id, value=value,
                position=_beside(known.values(), row_id, marked.position), kind=hit.kind, standing=str(hit.standing),
                spans=[list(span) for span in hit.spans], text=hit.text, **holds,
            )
        )  # fmt: skip
    AnswerHit.objects.bulk_create(fresh)
    if marked.everywhere:
        rows.filter(value=marked.value, decision="").update(**ruling)


def _beside(known: Iterable[AnswerHit], row_id: uuid.UUID, otherwise: int) -> int:
    return min((hit.position for hit in known if hit.row_id == row_id), default=otherwise)


def forget_marks(undone: Sequence[AnswerHit]) -> None:
    """Marks taken back are no hits any more, nor is what was found by them alone; another mark of the same words keeps
    them as places to decide."""
    marks = AnswerHit.objects.filter(kind="marked", request__in={hit.request_id for hit in undone})
    for value in {bytes(hit.value) for hit in undone}:
        same = marks.filter(value=value)
        if not same.filter(decision=Decision.HIDE).exists():
            same.filter(decision="").delete()
