"""Rows of an answer by table and id, and the texts in them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Model

from aureole.privacy.declare import declarations
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

Place = tuple[str, uuid.UUID]


def rows_at(places: Collection[Place], person_id: uuid.UUID) -> dict[Place, Model]:
    """The rows that are still there and still this person's; one query for each table, and one for keys."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for table, row_id in places:
        wanted.setdefault(table, set()).add(row_id)
    rows: list[Model] = []
    for declaration in declarations():
        if declaration.table in wanted:
            found = declaration.model._base_manager.filter(pk__in=wanted[declaration.table])
            rows += found.filter(**{declaration.person: person_id})
    unlock(rows)
    return {(row._meta.db_table, row.pk): row for row in rows}


def texts_of(row: Model) -> Iterator[tuple[str, str]]:
    """(column, text) of each text in the row, those inside JSON too."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if not isinstance(value, Erased):
            yield from ((field.attname, text) for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
