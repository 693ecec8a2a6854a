"""What the map says about one person now: which rows, in which order they can go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import lru_cache
from graphlib import TopologicalSorter

from django.db.models import Model, QuerySet
from django.db.models.fields.related import ForeignKey

from aureole.privacy.declare import Declaration, declarations


def rows_of(declaration: Declaration, person_id: uuid.UUID) -> QuerySet[Model]:
    """The person's rows of one declared model."""
    manager = declaration.model._base_manager
    return manager.filter(**{declaration.person: person_id})


def rows_referring(declaration: Declaration, column: str, person_id: uuid.UUID) -> QuerySet[Model]:
    """Rows about others that name the person in a reference column."""
    return declaration.model._base_manager.filter(**{column: person_id})


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
