"""What shows that people's rights were served runs out as the log does: kept as long as it, and counted from its end.

Closed requests with their steps, letters and what was decided about their answers; holds that were released; who was
affected by breaches that are closed; certificates; packages that went to or came from another controller.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import CASCADE, Q, QuerySet

from aureole.privacy.holds.guard import delete_together_with_others, held_persons
from aureole.privacy.models import (
    ArrivedTransfer,
    BreachPerson,
    Erasure,
    ErasureState,
    Hold,
    LetterState,
    RequestLetter,
    RightsRequest,
    SentTransfer,
)
from aureole.privacy.ports import directory
from aureole.privacy.retention import ports
from aureole.privacy.retention.log_months import CLASS
from aureole.privacy.retention.ports import Batch, Going, Line, Note, When

_MORE = uuid.UUID(int=0)  # of several tables: what comes next is whatever is still here


@dataclass(frozen=True, slots=True)
class _Ended:
    """Rows that ended so long ago. A hold keeps them, and a restriction the person asked for (GDPR Art. 18)."""

    rows: QuerySet[Any]
    person: str = "person_id"

    @property
    def kept(self) -> QuerySet[Any]:
        return self.rows.filter(self._is_kept())

    @property
    def free(self) -> QuerySet[Any]:
        return self.rows.filter(~self._is_kept() | Q(**{f"{self.person}__isnull": True}))

    def _is_kept(self) -> Q:
        by = (held_persons(), directory().restricted())
        return reduce(or_, (Q(**{f"{self.person}__in": ids}) for ids in by))


def _ended(before: datetime) -> tuple[_Ended, ...]:
    """Each goes with all that belongs to it."""
    letters = RequestLetter.objects.filter(request=None, created_at__lt=before)
    sent = Q(closed_at__lt=before) | Q(created_at__lt=before)
    return (
        _Ended(RightsRequest.objects.filter(closed_at__lt=before)),
        _Ended(letters.exclude(state=LetterState.WAITING), person="subject_id"),
        _Ended(Hold.objects.filter(released_at__lt=before, names_erased=False)),
        _Ended(BreachPerson.objects.filter(breach__closed_at__lt=before)),
        _Ended(Erasure.objects.filter(state=ErasureState.DONE, finished_at__lt=before)),
        _Ended(SentTransfer.objects.filter(sent)),
        _Ended(ArrivedTransfer.objects.filter(closed_at__lt=before)),
    )


class Proceedings:
    """The unit of it: one that is closed goes with everything in it."""

    name = "privacy.proceedings"
    classes: Sequence[str] = (CLASS,)

    def look(self, when: When, going: Going) -> list[Line]:
        erase, held = Counter[str](), Counter[str]()
        for ended in _ended(when.is_over_before(CLASS)):
            if not ended.rows.exists():
                continue
            erase.update(dict(_counts(ended.free)))
            held.update(dict(_counts(ended.kept)))
        return [
            Line(class_key=CLASS, table=table, erase=erase[table], held=held[table])
            for table in sorted({*erase, *held})
        ]

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        taken = 0
        with transaction.atomic():
            delete_together_with_others()
            for ended in _ended(when.is_over_before(CLASS)):
                if taken < room:
                    taken += _delete(ended.free, room - taken, note)
        return Batch(after=_MORE if taken == room else None, taken=taken)


def _counts(rows: QuerySet[Any]) -> Iterator[tuple[str, int]]:
    """These, and what goes with them."""
    count = rows.count()
    yield rows.model._meta.db_table, count
    if not count:
        return
    for part in rows.model._meta.related_objects:
        if part.on_delete is CASCADE:
            inside = part.related_model._base_manager.filter(**{f"{part.field.name}__in": rows.values("pk")})
            yield part.related_model._meta.db_table, inside.count()


def _delete(rows: QuerySet[Any], room: int, note: Note) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:room])
    if ids:
        gone = rows.model._base_manager.filter(pk__in=ids).delete()[1]
        note(Counter({apps.get_model(name)._meta.db_table: count for name, count in gone.items()}))
    return len(ids)


def register() -> None:
    ports.add_unit(Proceedings())
