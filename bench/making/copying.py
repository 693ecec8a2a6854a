"""Rows into tables by COPY in binary form: sealed as the product's own INSERT would store them, or plain."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import AutoField, Field, JSONField, Model
from psycopg.types.json import Jsonb

from aureole.vault.fields import SealedField, SealedJSONField

Session = psycopg.Connection[tuple[Any, ...]]
Reader = Callable[[Model], Any]
_SHORT_TYPES = {
    "timestamp with time zone": "timestamptz", "bigint": "int8", "integer": "int4", "smallint": "int2",
    "boolean": "bool", "bigint[]": "int8[]", "serial": "int4", "bigserial": "int8",
}  # fmt: skip


def copy_sealed(session: Session, rows: Sequence[Model]) -> None:
    """Into the product's own table. Values that are sealed are sealed now, and stay readable on the rows."""
    if rows:
        _copy(session, "public", rows, _plan(type(rows[0]), sealed=True))


def copy_plain(session: Session, rows: Sequence[Model]) -> None:
    """Into the table of the same name in the schema `floor`, with nothing sealed."""
    if rows:
        _copy(session, "floor", rows, _plan(type(rows[0]), sealed=False))


def _copy(
    session: Session, schema: str, rows: Sequence[Model], plan: tuple[str, list[str], list[Reader]]
) -> None:
    columns, types, readers = plan
    statement = f"COPY {schema}.{rows[0]._meta.db_table} ({columns}) FROM STDIN (FORMAT binary)"
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row([read(row) for read in readers])


@cache
def _plan(model: type[Model], *, sealed: bool) -> tuple[str, list[str], list[Reader]]:
    """Columns, their types, and how to read each value off a row. Numbers the database hands out are left to it."""
    fields = [f for f in model._meta.local_concrete_fields if not isinstance(f, AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    types = [_type(field, sealed=sealed) for field in fields]
    return columns, types, [_reader(field, sealed=sealed) for field in fields]


def _type(field: Field[Any, Any], *, sealed: bool) -> str:
    if isinstance(field, SealedField) and not sealed:
        return "text"
    found = str(field.db_type(connections["default"])).partition("(")[0]
    return _SHORT_TYPES.get(found, found)


def _reader(field: Field[Any, Any], *, sealed: bool) -> Reader:
    if isinstance(field, SealedField):
        return _sealing(field) if sealed else _opening(field)
    name = field.attname
    if isinstance(field, JSONField):
        return lambda row: Jsonb(getattr(row, name))
    if isinstance(field, ArrayField):
        return lambda row: getattr(row, name)
    return lambda row: _simple(getattr(row, name))


def _sealing(field: SealedField) -> Reader:
    def token(row: Model) -> bytes | None:
        stored: bytes | None = field.get_db_prep_save(field.pre_save(row, True), connections["default"])
        return stored

    return token


def _opening(field: SealedField) -> Reader:
    name = field.attname
    if isinstance(field, SealedJSONField):
        return lambda row: None if getattr(row, name) is None else json.dumps(getattr(row, name))
    return lambda row: getattr(row, name)


def _simple(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
