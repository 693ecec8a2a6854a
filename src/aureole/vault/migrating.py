"""Migration operations for sealed columns: seal a plain one, move one to a new name or group, seal anew.

Each works in batches by primary key. A batch is one SELECT and one UPDATE that changes a row only while it still
holds what was read, so no row is locked while it is sealed, nothing written meanwhile is lost, and an interrupted
run is simply run again. Put each into a migration of its own with `atomic = False`; the README has the steps.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.migrations.operations.base import Operation, OperationCategory
from psycopg import sql

from aureole.vault.errors import CannotOpen, Fenced, SealedFieldMisuse
from aureole.vault.fields import SealedField, SealedJSONField
from aureole.vault.keyring import keyring
from aureole.vault.sealing import key_name, open_sealed

BATCH = 500
_PATIENCE = 2.0  # seconds between two lines of progress
Progress = Callable[[int, int], None]
Row = tuple[Any, uuid.UUID | None, Any]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Rows of one run. `erased`: of persons whose key is destroyed; a plain value of theirs is emptied."""

    looked_at: int = 0
    sealed: int = 0
    erased: int = 0


def seal_column(
    model: type[models.Model],
    plain: str,
    sealed: str,
    *,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Tally:
    """Move every value of the field `plain` into the field `sealed`, emptying `plain` as it goes.

    Raises SealedFieldMisuse when `plain` is NOT NULL, or in the end when rows without a person were left.
    """
    column = _Column(model, sealed)
    source: Any = model._meta.get_field(plain)
    if not source.null:
        raise SealedFieldMisuse(
            f"{model.__name__}.{plain} must be nullable before it is sealed, so that it can be emptied on the way. "
            "Nothing was changed: alter it to null=True in the migration before."
        )
    tally = Tally()
    while True:
        before = tally.sealed + tally.erased
        for rows in column.pages(source.column, "{what}::text", batch, with_person=True):
            column.write(*_seal_page(column, rows, tally), empty=source.column)
            _tell(progress, tally, column)
        if tally.sealed + tally.erased == before or not column.count(source.column, with_person=True):
            break  # all done, or the rest is being changed faster than it can be sealed
    left = column.count(source.column, with_person=False)
    if left:
        raise SealedFieldMisuse(
            f"{left} rows of {model.__name__} have words in {plain} and no {column.field.person_field}, so no key "
            f"can seal them. They are as they were; the others are sealed. Settle whose they are, and run it again."
        )
    return tally


def reseal_column(
    model: type[models.Model],
    name: str,
    *,
    every: bool = False,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Tally:
    """Seal anew what is bound to an earlier name, another group or another person than its row says.

    every  also what is in its place already: after a change of the format

    Values of erased persons stay as they are: unreadable. Raises CannotOpen for a damaged value, which stays, too.
    """
    column, tally = _Column(model, name), Tally()
    for rows in column.pages(column.name, "{what}", batch):
        keyring.fetch(key_name(bytes(token)) for _, _, token in rows)
        column.write(*_reseal_page(column, rows, tally, every))
        _tell(progress, tally, column)
    return tally


def _seal_page(
    column: _Column, rows: list[Row], tally: Tally
) -> tuple[list[Any], list[Any], list[bytes | None]]:
    keys: list[Any] = []
    before: list[Any] = []
    after: list[bytes | None] = []
    for key, person_id, text in rows:
        value = json.loads(text) if isinstance(column.field, SealedJSONField) else text
        token: bytes | None = None
        try:
            token = column.field.seal_value(value, person_id=person_id, row_id=key).token
            tally.sealed += 1
        except Fenced:
            tally.erased += 1
        tally.looked_at += 1
        keys.append(key)
        before.append(text)
        after.append(token)
    return keys, before, after


def _reseal_page(
    column: _Column, rows: list[Row], tally: Tally, every: bool
) -> tuple[list[Any], list[Any], list[bytes | None]]:
    keys: list[Any] = []
    before: list[Any] = []
    after: list[bytes | None] = []
    for key, person_id, found in rows:
        tally.looked_at += 1
        token, field = bytes(found), column.field
        owner = person_id or key_name(token)[0]
        plain = field.open_token(token, key)
        if plain is None:
            tally.erased += 1
            continue
        if not every and key_name(token)[:2] == (owner, field.group) and _is_in_place(field, token, key):
            continue
        try:
            after.append(field.seal_value(field.decode(plain), person_id=owner, row_id=key).token)
        except Fenced:
            tally.erased += 1
            continue
        keys.append(key)
        before.append(token)
        tally.sealed += 1
    return keys, before, after


def _is_in_place(field: SealedField, token: bytes, key: object) -> bool:
    try:
        open_sealed(token, place=next(field.places(key)))
    except CannotOpen:
        return False
    return True


def _tell(progress: Progress | None, tally: Tally, column: _Column) -> None:
    if progress:
        progress(tally.looked_at, column.total)


class _Column:
    """A sealed column as the database has it, read and written past the ORM: its rows may be of an older model."""

    def __init__(self, model: type[models.Model], name: str) -> None:
        field = model._meta.get_field(name)
        assert isinstance(field, SealedField), f"{model.__name__}.{name} is not sealed"
        self.field = field
        self.name = str(field.column)
        self._table = sql.Identifier(model._meta.db_table)
        self._key = sql.Identifier(str(model._meta.pk.column))
        self._key_type = sql.SQL(str(model._meta.pk.rel_db_type(connection)))
        self._person = self._person_column(model)
        self.total = self._ask("SELECT count(*) FROM {table}")

    def _person_column(self, model: type[models.Model]) -> sql.Identifier:
        """A model that is its own person (people.Person) names it by a property, which migrations do not see."""
        for column in model._meta.concrete_fields:
            if column.attname == self.field.person_field:
                return sql.Identifier(str(column.column))
        return self._key

    def pages(self, what: str, shown: str, batch: int, *, with_person: bool = False) -> Iterator[list[Row]]:
        """(key, person, value) of the rows that have one, in the order of their keys."""
        query = f"SELECT {{key}}, {{person}}, {shown} FROM {{table}} WHERE {{what}} IS NOT NULL"
        query += " AND {person} IS NOT NULL" if with_person else ""
        more = ""
        last: list[Any] = []
        while True:
            statement = self._put(query + more + " ORDER BY {key} LIMIT %s", what=sql.Identifier(what))
            with connection.cursor() as cursor:
                cursor.execute(statement, [*last, batch])
                rows: list[Row] = cursor.fetchall()
            if rows:
                yield rows
            if len(rows) < batch:
                return
            more, last = " AND {key} > %s", [rows[-1][0]]

    def write(
        self, keys: list[Any], before: list[Any], after: list[bytes | None], *, empty: str | None = None
    ) -> None:
        """One UPDATE for the page. With `empty`, what was read there goes in the same statement."""
        if not keys:
            return
        read = sql.Identifier(empty or self.name)
        clearing = ", {read} = NULL" if empty else ""
        compared, kind = ("{read}::text", "text") if empty else ("{read}", "bytea")
        statement = self._put(
            f"UPDATE {{table}} AS t SET {{sealed}} = v.after{clearing} "
            f"FROM unnest(%s::{{key_type}}[], %s::{kind}[], %s::bytea[]) AS v(key, before, after) "
            f"WHERE t.{{key}} = v.key AND t.{compared} = v.before",
            read=read,
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [keys, before, after])

    def count(self, what: str, *, with_person: bool) -> int:
        return self._ask(
            f"SELECT count(*) FROM {{table}} WHERE {{what}} IS NOT NULL "
            f"AND {{person}} IS {'NOT ' if with_person else ''}NULL",
            what=sql.Identifier(what),
        )

    def _ask(self, query: str, **parts: sql.Composable) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self._put(query, **parts))
            return int(cursor.fetchone()[0])

    def _put(self, query: str, **parts: sql.Composable) -> sql.Composed:
        named = {
            "table": self._table, "key": self._key, "key_type": self._key_type, "person": self._person,
            "sealed": sql.Identifier(self.name),
        }  # fmt: skip
        return sql.SQL(query).format(**named, **parts)


class _InBatches(Operation):
    """Changes rows and no table. Cannot be undone: sealed words do not become plain again."""

    reduces_to_sql = False
    reversible = False
    atomic = False
    category = OperationCategory.PYTHON

    def __init__(self, model_name: str, *, batch: int = BATCH) -> None:
        self.model_name = model_name
        self.batch = batch

    def state_forwards(self, app_label: str, state: Any) -> None:
        return

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.atomic_migration:
            raise SealedFieldMisuse(
                f"{type(self).__name__} works in batches and must not hold its locks until the end: "
                "set atomic = False in its migration. Nothing was changed."
            )
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            self._run(model, _Lines(self.describe()))

    def _run(self, model: type[models.Model], progress: Progress) -> None:
        raise NotImplementedError


class SealColumn(_InBatches):
    """Move a nullable plain field into a nullable sealed one of the same model, emptying it on the way."""

    def __init__(self, model_name: str, *, plain: str, sealed: str, batch: int = BATCH) -> None:
        super().__init__(model_name, batch=batch)
        self.plain = plain
        self.sealed = sealed

    def describe(self) -> str:
        return f"Seal {self.model_name}.{self.plain} as {self.sealed}"

    def _run(self, model: type[models.Model], progress: Progress) -> None:
        seal_column(model, self.plain, self.sealed, batch=self.batch, progress=progress)


class ResealColumn(_InBatches):
    """Seal anew what is bound to a name in `formerly`, or to another group; with `every`, all of it."""

    def __init__(self, model_name: str, *, name: str, every: bool = False, batch: int = BATCH) -> None:
        super().__init__(model_name, batch=batch)
        self.name = name
        self.every = every

    def describe(self) -> str:
        return f"Seal {self.model_name}.{self.name} anew"

    def _run(self, model: type[models.Model], progress: Progress) -> None:
        reseal_column(model, self.name, every=self.every, batch=self.batch, progress=progress)


class _Lines:
    """Progress of a migration: a line on standard error every two seconds."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._last = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() - self._last > _PATIENCE:
            self._last = time.monotonic()
            print(f"{self._title}: {done} of {of} rows", file=sys.stderr, flush=True)
