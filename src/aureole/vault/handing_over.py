"""Rows that name one person name another from now on, and what they hold is sealed anew under that one's keys."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

from aureole.vault.sealed_places import Place, sealed_places

_BATCH = 500


def hand_over(
    model: type[Model],
    column: str,
    *,
    from_id: uuid.UUID,
    to_id: uuid.UUID,
    keys: Sequence[Any] | None = None,
) -> list[Any]:
    """Put `to_id` into the column where it says `from_id`; returns the primary keys of the rows that changed.

    column  attribute of the model that names a person
    keys    only these rows; those of them that are gone or name somebody else by now are left alone

    What is sealed for the person in that column is opened and sealed for the other, bound to its place as before; what
    no key opens any more stays as it is. The caller holds the transaction, and locks that keep new rows from coming.
    Raises Fenced when the other is erased, CannotOpen for a damaged value, RootKeyAway, KeyStoreAway.
    """
    if keys is not None and not keys:
        return []
    place = next((p for p in sealed_places() if p.model is model and p.person_field == column), None)
    if place is None:
        return _rename(model, column, from_id, to_id, keys)
    moved: list[Any] = []
    while batch := _next(place, from_id, keys):
        _write(place, column, to_id, batch)
        moved += [row.pk for row in batch]
    return moved


def _rename(
    model: type[Model], column: str, from_id: uuid.UUID, to_id: uuid.UUID, keys: Sequence[Any] | None
) -> list[Any]:
    """Nothing is sealed: one statement."""
    statement = "UPDATE {table} SET {column} = %s WHERE {column} = %s"
    values: list[Any] = [to_id, from_id]
    if keys is not None:
        statement, values = statement + " AND {key} = ANY(%s)", [*values, list(keys)]
    with connection.cursor() as cursor:
        cursor.execute(_put(statement + " RETURNING {key}", model, column), values)
        return [row[0] for row in cursor.fetchall()]


def _next(place: Place, from_id: uuid.UUID, keys: Sequence[Any] | None) -> list[Any]:
    rows = place.rows_of(from_id)
    return list((rows if keys is None else rows.filter(pk__in=keys))[:_BATCH])


def _write(place: Place, column: str, to_id: uuid.UUID, batch: Sequence[Any]) -> None:
    """One UPDATE for the batch."""
    fresh = [[place.sealed_for(row, name, to_id) for row in batch] for name in place.columns]
    columns = columns_of(place.model)
    fields = [columns[name] for name in place.columns]
    names = [sql.Identifier(f"v{number}") for number in range(len(fields))]
    statement = sql.SQL(
        "UPDATE {table} AS t SET {column} = %s, {changes} FROM unnest(%s::{key_type}[], {arrays}) AS v(key, {names}) "
        "WHERE t.{key} = v.key"
    ).format(
        **_parts(place.model, column),
        key_type=sql.SQL(str(place.model._meta.pk.rel_db_type(connection))),
        changes=sql.SQL(", ").join(
            sql.SQL("{} = v.{}").format(sql.Identifier(field), name)
            for field, name in zip(fields, names, strict=True)
        ),
        arrays=sql.SQL(", ").join([sql.SQL("%s::bytea[]")] * len(fields)),
        names=sql.SQL(", ").join(names),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [to_id, [row.pk for row in batch], *fresh])


def _put(statement: str, model: type[Model], column: str) -> sql.Composed:
    return sql.SQL(statement).format(**_parts(model, column))


def _parts(model: type[Model], column: str) -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier(model._meta.db_table),
        "key": sql.Identifier(str(model._meta.pk.column)),
        "column": sql.Identifier(columns_of(model)[column]),
    }


def columns_of(model: type[Model]) -> dict[str, str]:
    """The database's name of each column by its attribute."""
    return {field.attname: str(field.column) for field in model._meta.concrete_fields}
