"""What the map says about one person now: which rows, in which order they can go."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.fields.related import ForeignKey

from aureole.privacy.declare import Declaration, declarations


def rows_of(declaration: Declaration, person_id: uuid.UUID) -> QuerySet[Model]:
    """The person's rows of one declared model."""
    manager = declaration.model._base_manager
    return manager.filter(**{declaration.person: person_id})


def rows_about_others(declaration: Declaration, column: str, person_id: uuid.UUID) -> QuerySet[Model]:
    """Rows about others that name the person in a reference column."""
    rows = declaration.model._base_manager.filter(**{column: person_id})
    return rows.exclude(**{declaration.person: person_id})


class PersonCounts:
    """How many rows of a person there are at several places, in one statement that is put together once.

    rows     the rows of each place for a person; nothing but the person's id may vary in them
    planned  counted for every plan: those of a plan are one statement, however many modules add theirs
    """

    def __init__(
        self, rows: Callable[[uuid.UUID], Sequence[QuerySet[Any]]], *, planned: bool = False
    ) -> None:
        self._rows = rows
        if planned:
            _planned.append(self)

    def of(self, person_id: uuid.UUID) -> tuple[int, ...]:
        """In the order of the places."""
        return _counted([self], person_id)[self]

    @cached_property
    def parts(self) -> tuple[list[str], list[str]]:
        """A count for each place, and the values in them as text in which `_SAMPLE` stands for the person."""
        counts: list[str] = []
        values: list[str] = []
        for rows in self._rows(_SAMPLE):
            sql, given = rows.values("pk").query.sql_with_params()
            if any(str(_SAMPLE) not in str(value) for value in given):
                raise TypeError(f"{rows.model.__name__}: these rows depend on more than the person.")
            counts.append(f"(SELECT count(*) FROM ({sql}) counted)")
            values += map(str, given)
        return counts, values


_planned: list[PersonCounts] = []
_SAMPLE = uuid.UUID("5f0c1a7e-93d4-4b60-8e2a-d1f4c6b8a3ff")


def planned_counts(person_id: uuid.UUID) -> dict[PersonCounts, tuple[int, ...]]:
    """All counts of a plan, in one statement."""
    return _counted(_planned, person_id)


def _counted(several: Sequence[PersonCounts], person_id: uuid.UUID) -> dict[PersonCounts, tuple[int, ...]]:
    counts = [count for one in several for count in one.parts[0]]
    values = [value.replace(str(_SAMPLE), str(person_id)) for one in several for value in one.parts[1]]
    found: list[int] = []
    if counts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(counts)}", values)
            found = list(cursor.fetchone())
    ends = accumulate(len(one.parts[0]) for one in several)
    return {one: tuple(found[end - len(one.parts[0]) : end]) for one, end in zip(several, ends, strict=True)}


def references() -> tuple[tuple[Declaration, str], ...]:
    """Columns of rows about others that name a person."""
    return tuple((d, column) for d in declarations() for column in d.references)


def deleted_last() -> tuple[Declaration, ...]:
    """Declarations whose rows go with the last key: mail that comes meanwhile still finds whose address it is."""
    return tuple(d for d in declarations() if d.on_erase == "delete_last")


def deletable() -> tuple[Declaration, ...]:
    """Declarations whose rows go, referring ones before those they refer to."""
    by_model = {d.model: d for d in declarations() if d.on_erase == "delete"}
    return tuple(by_model[model] for model in _children_first(frozenset(by_model)))


@lru_cache(maxsize=4)
def _children_first(models: frozenset[type[Model]]) -> tuple[type[Model], ...]:
    graph: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in sorted(models, key=lambda m: m._meta.label):
        graph.add(model)
        for parent in _parents(model):
            if parent in models and parent is not model:
                graph.add(parent, model)
    return tuple(graph.static_order())


def _parents(model: type[Model]) -> Iterable[type[Model]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and isinstance(field.related_model, type):
            yield field.related_model
