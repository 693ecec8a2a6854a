"""Reads of every page: the ORM's SQL, put together once for each shape of a query instead of each time.

Putting a statement together costs the ORM two to four times what running it costs the database. What a query
says is still said once, in the ORM's words (`visible_to` included); only its values are new each time.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg import Binary
from psycopg.types import numeric

from aureole.kernel.actor import Actor

M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]
Written = tuple[str, Sequence[Any]]
_Try = tuple[QuerySet[M, Any] | Written, Sequence[Any]]
_IDS = ("person_id", "agent_id")
_WRAPPERS = (numeric.Int2, numeric.Int4, numeric.Int8, Binary)


class Compiled(Generic[M]):
    """A query of the data database, built by a function of shape and values.

    build(*shape, **values) gives the queryset, or a statement with its parameters; it must pass values on and
    decide nothing by them. Shapes are few and hashable (names, flags, limits). Values are UUIDs, whole numbers,
    datetimes, bytes, text, an Actor (whose kind and role belong to the shape) or None (which does, too: IS NULL
    is another statement). Raises TypeError for any other.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any] | Written]) -> None:
        self._build = build
        self._statements: dict[Hashable, _Statement[M]] = {}
        _every.append(self)

    def rows(self, *shape: Hashable, **values: Any) -> list[Row]:
        """The columns of a `values_list` as the driver gives them: sealed ones are bytes, enums are text."""
        return self._statement(shape, values).run(_flat(values))

    def objects(self, *shape: Hashable, **values: Any) -> list[M]:
        """Model instances, with what `select_related`, `only`, `defer` and `annotate` ask for."""
        statement = self._statement(shape, values)
        return statement.instances(statement.run(_flat(values)))

    def _statement(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> _Statement[M]:
        key = (shape, tuple(_kind(value) for value in values.values()))
        found = self._statements.get(key)
        if found is None:
            found = self._statements[key] = _Statement(*self._tries(shape, values))
        return found

    def _tries(self, shape: tuple[Hashable, ...], values: dict[str, Any]) -> list[_Try[M]]:
        """Built twice, with other marks in the places of the values: what differs are the values."""
        tries: list[_Try[M]] = []
        for series in (1, 2):
            marked = {
                name: _marked(value, 1001 * series + n) for n, (name, value) in enumerate(values.items())
            }
            tries.append((self._build(*shape, **marked), _flat(marked)))
        return tries

    def forget(self) -> None:
        self._statements.clear()


_every: list[Compiled[Any]] = []


def forget_statements() -> None:
    """Put every statement together anew (for measuring, where fields read otherwise for a while)."""
    for compiled in _every:
        compiled.forget()


def read_rows(rows: QuerySet[Any, Any], *, prepared: bool = False) -> list[Row]:
    """A `values_list` the same way, for a query whose shape is another one each time.

    prepared  see `ask_prepared`, for one whose wording stays the same
    """
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    if prepared:
        return ask_prepared(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Row] = cursor.fetchall()
        return found


def ask_prepared(sql: str, values: Sequence[Any]) -> list[Row]:
    """All rows, planned once per connection instead of each time, and in binary.

    For reads that run at every key press: planning a join costs as much as running it, and text is the slowest form
    of bytes. Django's own cursors can do neither. `sql` must not change from call to call but by its values: each
    wording is kept by the server.
    """
    connection.ensure_connection()
    session: Any = connection.connection
    if session.prepare_threshold is None:
        session.prepare_threshold = 0
    try:
        with psycopg.Cursor(session) as cursor:
            return cursor.execute(sql, values, prepare=True, binary=True).fetchall()
    except psycopg.Error as trouble:
        raise DatabaseError(str(trouble)) from trouble


class _Statement(Generic[M]):
    """Nothing of it belongs to a connection, so threads share it."""

    def __init__(self, first: _Try[M], second: _Try[M]) -> None:
        self._maker: _Maker[M] | None = None
        self._sql, params = self._compile(first[0])
        sql, others = self._compile(second[0])
        if sql != self._sql:
            raise TypeError("A compiled query is another one for other values: they belong to its shape.")
        self._params = list(params)
        self._places = [
            _place(at, param, first[1])
            for at, (param, other) in enumerate(zip(params, others, strict=True))
            if _bare(param) != _bare(other)
        ]

    def _compile(self, rows: QuerySet[M, Any] | Written) -> Written:
        if isinstance(rows, tuple):
            return rows
        compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return "", ()
        if compiler.klass_info:
            self._maker = _Maker(rows.model, compiler)
        return sql, params

    def run(self, values: Sequence[Any]) -> list[Row]:
        if not self._sql:
            return []
        params = list(self._params)
        for at, number, kind in self._places:
            # The ORM says with types of its own how wide a whole number is, and what is bytes.
            params[at] = kind(values[number]) if kind in _WRAPPERS else values[number]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found: list[Row] = cursor.fetchall()
            return found

    def instances(self, found: list[Row]) -> list[M]:
        return [self._maker.make(row) for row in found] if self._maker else []


class _Maker(Generic[M]):
    """Rows into instances, as `django.db.models.query.ModelIterable` makes them."""

    def __init__(self, model: type[M], compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        places = info["select_fields"]
        self._model, self._start, self._end = model, places[0], places[-1] + 1
        self._names = [column.target.attname for column, _, _ in select[self._start : self._end]]
        self._related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]  # the stubs are of a newer Django
        self._annotated = dict(compiler.annotation_col_map or {})
        self._converters = compiler.get_converters([column for column, _, _ in select])

    def make(self, row: Row) -> M:
        values = list(row)
        for place, (converters, expression) in self._converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        made = self._model.from_db(connection.alias, self._names, values[self._start : self._end])
        for populator in self._related:
            populator.populate(values, made)
        for name, place in self._annotated.items():
            setattr(made, name, values[place])
        return made


# ------------------------------------------------------------------ marks: what stands in the place of a value


def _flat(values: dict[str, Any]) -> list[Any]:
    """Two places for an actor, one for anything else."""
    flat: list[Any] = []
    for value in values.values():
        flat += [getattr(value, name) for name in _IDS] if isinstance(value, Actor) else [value]
    return flat


def _kind(value: Any) -> Hashable:
    if isinstance(value, Actor):
        return (value.kind, value.role, *(getattr(value, name) is None for name in _IDS))
    kind: type = type(value)
    return kind


def _marked(value: Any, number: int) -> Any:
    """A value of the same type that no row has."""
    if isinstance(value, Actor):
        ids = {
            name: _mark(uuid.UUID, 100 * place + number)
            for place, name in enumerate(_IDS, 1)
            if getattr(value, name)
        }
        return dataclasses.replace(value, **ids)
    return None if value is None else _mark(type(value), number)


def _mark(kind: type, number: int) -> Any:
    if kind is uuid.UUID:
        return uuid.UUID(int=_MARKED + number)
    if kind is datetime:
        return datetime(1, 1, 1, 0, 0, 0, number, tzinfo=UTC)
    if kind is int:
        return _MARKED % (1 << 62) + number
    if kind is bytes:
        return uuid.UUID(int=_MARKED + number).bytes
    if kind is str:
        return str(uuid.UUID(int=_MARKED + number))
    raise TypeError(f"A compiled query takes no {kind.__name__}.")


def _place(at: int, param: Any, marks: Sequence[Any]) -> tuple[int, int, type]:
    """Where a value goes, which one, and what it is wrapped in. Raises TypeError for what was made of a value."""
    if _bare(param) not in marks:
        raise TypeError("A compiled query computes with a value instead of passing it on.")
    return at, marks.index(_bare(param)), type(param)


def _bare(param: Any) -> Any:
    return param.obj if isinstance(param, Binary) else param


_MARKED = uuid.UUID("5f0c1a7e-93d4-4b60-8e2a-d1f4c6b8a300").int
