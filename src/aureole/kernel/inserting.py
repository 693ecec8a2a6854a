"""INSERT for what every mail writes: the ORM's statement, put together once for a model instead of each time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model

from aureole.kernel.trips import send


def insert_rows(rows: Sequence[Model], *, on_conflict: str = "", returning: str = "") -> None:
    """Insert new rows of one model of the data database, as `bulk_create` does (no signals are sent); within
    `trips.one_trip`, at its end.

    returning  the column the database hands out, read back into the rows

    Columns with a default of the database are not covered.
    """
    if not rows:
        return
    head, places = _parts(type(rows[0]))
    values = [value for row in rows for value in values_of(row)]
    ending = f' RETURNING "{returning}"' if returning else ""

    def read_back(cursor: Any) -> None:
        for row, (value,) in zip(rows, cursor.fetchall(), strict=True):
            setattr(row, returning, value)

    sql = f"{head} VALUES {', '.join([places] * len(rows))} {on_conflict}{ending}"
    send(sql, values, read_back if returning else None)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def values_of(row: Model) -> list[Any]:
    """What goes into the columns of `insertion`, sealed where they are sealed."""
    return [f.get_db_prep_save(f.pre_save(row, True), connection) for f in _fields(type(row))]


def insertion(model: type[Model]) -> tuple[str, str]:
    """INSERT INTO a model's table with its columns, and as many places, without brackets."""
    head, places = _parts(model)
    return head, places[1:-1]


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [f for f in model._meta.local_concrete_fields if not isinstance(f, AutoField)]


@cache
def _parts(model: type[Model]) -> tuple[str, str]:
    """The statement up to its values, and the places of one row."""
    columns = [f'"{field.column}"' for field in _fields(model)]
    places = f"({', '.join(['%s'] * len(columns))})"
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)})', places
