"""Set-based deletion of declared rows, in bounded transactions."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from aureole.privacy.declare import Declaration
from aureole.privacy.erasure.places import PersonCounts, deletable, references, rows_about_others, rows_of
from aureole.privacy.erasure.subject import Subject
from aureole.privacy.erasure.together import Keys, delete_together, keys_of
from aureole.privacy.ports import ErasureStep

BATCH = 1000


def delete_rows(person_id: uuid.UUID) -> Counter[str]:
    """Take away every deletable row, and the person's name from rows about others; how many, by place.

    A bounded number of rows in each transaction.
    """
    gone, left = Counter[str](), True
    while left:
        with transaction.atomic():
            left = delete_batch(person_id, gone)
    return gone


def carry_out_step(step: ErasureStep, subject: Subject) -> Counter[str]:
    """One step by itself, with the rows it wants gone; how many, by place. The caller holds the transaction."""
    gone = Counter({count.place: count.count for count in step.run(subject)}) + delete_together(
        subject.doomed
    )
    subject.doomed.clear()
    return gone


def is_anything_left(person_id: uuid.UUID) -> bool:
    return any(_counts.of(person_id))


def delete_keys(model: type[Model], keys: list[Any]) -> Counter[str]:
    """Rows by primary key, with what hangs on them; how many, by place."""
    return delete_together({model: Keys.listed(model, str(model._meta.pk.column), keys)})


def delete_batch(
    person_id: uuid.UUID, gone: Counter[str], besides: Mapping[type[Model], Keys] = MappingProxyType({})
) -> bool:
    """As many rows of as many tables as a batch holds, referring ones before those they refer to.

    besides  rows that go with them, however many

    Adds what went to `gone`, by place. True while there may be more. The caller holds the transaction.
    """
    counts = _counts.of(person_id)
    room = BATCH
    chosen = dict(besides)
    for place, count in zip(_places(), counts, strict=True):
        taken = min(count, room)
        room -= taken
        if not taken:
            continue
        whole = taken == count < BATCH
        rows = place.rows(person_id)
        if place.reference:
            gone[place.name] += _forget(rows if whole else rows[:taken], place.reference)
        else:
            keys = place.keys(person_id) if whole else Keys.of(rows[:taken])
            chosen[place.model] = chosen[place.model] | keys if place.model in chosen else keys
    gone.update(delete_together(chosen))
    return room == 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Rows that go, or a column of rows about others that is emptied."""

    declaration: Declaration
    reference: str = ""

    @property
    def model(self) -> type[Model]:
        return self.declaration.model

    @property
    def name(self) -> str:
        return f"{self.declaration.table}.{self.reference}"

    def rows(self, person_id: uuid.UUID) -> QuerySet[Model]:
        if self.reference:
            return rows_about_others(self.declaration, self.reference, person_id)
        return rows_of(self.declaration, person_id)

    def keys(self, person_id: uuid.UUID) -> Keys:
        return keys_of(self.declaration.model, self.declaration.person, person_id)


def _places() -> list[_Place]:
    """In the order in which they can go."""
    return [*(_Place(d, column) for d, column in references()), *map(_Place, deletable())]


_counts = PersonCounts(lambda person_id: [place.rows(person_id)[:BATCH] for place in _places()])


def _forget(rows: QuerySet[Model], column: str) -> int:
    model = rows.model
    return model._base_manager.filter(pk__in=rows.values("pk")).update(**{column: None})


def delete_jobs(person_id: uuid.UUID) -> int:
    """Waiting jobs whose arguments name the person; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args::text LIKE %s", [f"%{person_id}%"]
        )
        return int(cursor.rowcount)


def places_of(counts: Iterable[tuple[str, int]]) -> list[dict[str, object]]:
    return [{"place": place, "count": count} for place, count in counts if count]
