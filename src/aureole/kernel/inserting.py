"""INSERT for what every mail writes: the ORM's statement, put together once for a model instead of each time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model


def insert_rows(rows: Sequence[Model], *, on_conflict: str = "") -> None:
    """Insert new rows of one model of the data database, as `bulk_create` does (no signals are sent).

    Keys the database hands out are not read back. Columns with a default of the database are not covered.
    """
    if not rows:
        return
    fields = _fields(type(rows[0]))
    values = [f.get_db_prep_save(f.pre_save(row, True), connection) for row in rows for f in fields]
    head, places = _parts(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(f"{head}{', '.join([places] * len(rows))} {on_conflict}", values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [f for f in model._meta.local_concrete_fields if not isinstance(f, AutoField)]


@cache
def _parts(model: type[Model]) -> tuple[str, str]:
    """The statement up to its values, and the places of one row."""
    columns = [f'"{field.column}"' for field in _fields(model)]
    places = f"({', '.join(['%s'] * len(columns))})"
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ', places
