"""All rows of one person become another's: every column of every model that names a person, found by declarations."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import router
from django.db.models import Field, Model, UUIDField
from django.db.models.fields.related import ForeignKey

from aureole.kernel.errors import Broken
from aureole.privacy.declare import declaration_of, declarations
from aureole.privacy.merging.ports import Moved, Pair
from aureole.vault.handing_over import hand_over

_NAMES = frozenset({"person_id", "subject_id"})  # columns without a foreign key that name a person everywhere


@cache
def places_of_persons() -> dict[str, tuple[type[Model], str]]:
    """Model and column of all that names a person, by "table.column"."""
    return {f"{model._meta.db_table}.{column}": (model, column) for model, column in _columns()}


def _columns() -> Iterator[tuple[type[Model], str]]:
    persons = {d.model for d in declarations() if d.person in ("id", "pk")}
    for model in apps.get_models():
        if router.db_for_write(model) != "default":
            continue
        declared = declaration_of(model)
        named = {declared.person, *declared.references} if declared else set()
        for field in model._meta.concrete_fields:
            if not field.primary_key and _names_a_person(field, persons, named):
                yield model, field.attname


def _names_a_person(field: Field[Any, Any], persons: set[type[Model]], declared: set[str]) -> bool:
    if isinstance(field, ForeignKey):
        return field.related_model in persons
    return isinstance(field, UUIDField) and field.attname in _NAMES | declared


def move_everything(pair: Pair) -> Moved:
    """In the caller's transaction; what moved, so that it can move back."""
    moved = {}
    for name, (model, column) in places_of_persons().items():
        keys = hand_over(model, column, from_id=pair.goes, to_id=pair.stays)
        if keys:
            moved[name] = [_as_json(key) for key in keys]
    return moved


def move_back(moved: Mapping[str, Sequence[Any]], pair: Pair) -> int:
    """How many rows went back; those that are gone by now, or somebody else's, are left alone.

    moved  what `move_everything` returned: keys of rows by "table.column"
    Raises Broken for a column that names persons no more.
    """
    places = places_of_persons()
    count = 0
    for name, keys in moved.items():
        if name not in places:
            raise Broken("merge_place_unknown", f"{name} is no place that names a person any more.")
        model, column = places[name]
        wanted = [model._meta.pk.to_python(key) for key in dict.fromkeys(keys)]
        count += len(hand_over(model, column, from_id=pair.stays, to_id=pair.goes, keys=wanted))
    return count


def _as_json(key: Any) -> Any:
    return str(key) if isinstance(key, uuid.UUID) else key
