"""Which columns could hold words, by the database's own catalogue: a table nobody declared is found too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connections, models
from psycopg import sql

from aureole.vault.fields import SealedField

# Type categories S (text), E (enum), U (bytea, json, jsonb, xml and what else a database may bring),
# I (addresses), and arrays of those. Numbers, times and truth values hold no words.
_CATALOGUE = """
WITH tables AS MATERIALIZED (  -- sizes once for a table: each asks the file system
    SELECT c.oid, n.nspname, c.relname, has_table_privilege(c.oid, 'SELECT') AS readable,
           pg_relation_size(c.oid) / current_setting('block_size')::int AS pages, pg_table_size(c.oid) AS size
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_%%'
)
SELECT c.nspname, c.relname, a.attname, t.typname,
       c.readable OR has_column_privilege(c.oid, a.attnum, 'SELECT'), c.pages, c.size
FROM pg_attribute a
JOIN tables c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_type b ON b.oid = t.typbasetype
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND coalesce(e.typcategory, b.typcategory, t.typcategory) IN ('S', 'E', 'U', 'I', 'C')
  AND coalesce(e.typname, b.typname, t.typname) NOT IN ('uuid', 'tid', 'xid', 'cid', 'xid8')
ORDER BY 1, 2, a.attnum
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column to look into.

    raw    bytea, compared as bytes; everything else as its text
    sealed holds ciphertext by declaration of its model
    codes  values that are codes of a closed list, and so name nobody even where a name is spelled alike
    """

    name: str
    raw: bool
    sealed: bool
    codes: tuple[str, ...]

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table and the columns of it that could hold words.

    pages  of its main part, and `size` in bytes with values kept apart (TOAST)
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    readable: bool
    pages: int
    size: int

    @property
    def shown(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"

    def copy_statement(self) -> sql.Composed:
        """COPY of these columns; the whole table, never a WHERE: nothing may escape by a condition."""
        wanted = sql.SQL(", ").join(_selected(column) for column in self.columns)
        return sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT BINARY)").format(wanted, self._name)

    def copy_joined_statement(self) -> sql.Composed:
        """The same values, joined by the server some megabytes at a time: a row each would cost more than to search it.

        A large value (by its size at rest) comes by itself, so that the server never joins more than it can hold.
        One statement, so that all is true of one moment.
        """
        large = [
            sql.SQL("coalesce(pg_column_size({}), 0) > {}").format(c.identifier, LARGE) for c in self.columns
        ]
        small = [
            sql.SQL("string_agg(CASE WHEN {} THEN NULL ELSE {} END, {}::bytea)").format(
                is_large, _bytes(c), BETWEEN
            )
            for c, is_large in zip(self.columns, large, strict=True)
        ]
        alone = [
            sql.SQL("CASE WHEN {} THEN {} END").format(is_large, _bytes(c))
            for c, is_large in zip(self.columns, large, strict=True)
        ]
        return sql.SQL(_JOINED).format(
            size=sql.SQL("pg_relation_size({}::regclass) / current_setting('block_size')::int").format(
                sql.Literal(self._name.as_string())
            ),
            step=max(1, _BLOCK * self.pages // max(self.size, 1)),
            small=sql.SQL(", ").join(small),
            table=self._name,
            alone=sql.SQL(", ").join(alone),
            any=sql.SQL(" OR ").join(large) if self._may_hold_large else sql.SQL("FALSE"),
        )

    @property
    def _may_hold_large(self) -> bool:
        """A large value lies apart from the pages, in pieces."""
        return self.size - self.pages * _PAGE > LARGE // 2

    @property
    def _name(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


BETWEEN = b"\x00\x01\x00"
"""Stands between two values, so that no text is found across them."""
LARGE = 256 * 1024
_PAGE = 8192
_BLOCK = 4 * 1024 * 1024
# Ranges of row positions (ctid) are read one after the other; each is one row of the answer.
_JOINED = """
COPY (
    SELECT block.* FROM generate_series(0, {size}, {step}) page CROSS JOIN LATERAL (
        SELECT {small} FROM {table}
        WHERE ctid >= format('(%s,0)', page)::tid AND ctid < format('(%s,0)', page + {step})::tid
    ) block
    UNION ALL SELECT {alone} FROM {table} WHERE {any}
) TO STDOUT (FORMAT BINARY)
"""


def _selected(column: Column) -> sql.Composable:
    if column.raw:
        return column.identifier
    text = sql.SQL("{}::text").format(column.identifier)
    if not column.codes:
        return text
    codes = sql.SQL(", ").join(map(sql.Literal, column.codes))
    return sql.SQL("CASE WHEN {} IN ({}) THEN NULL ELSE {} END").format(text, codes, text)


def _bytes(column: Column) -> sql.Composable:
    selected = _selected(column)
    return selected if column.raw else sql.SQL("convert_to({}, 'UTF8')").format(selected)


def tables(alias: str) -> list[Table]:
    """Every table of the database with its columns, readable or not."""
    fields = _model_fields()
    with connections[alias].cursor() as cursor:
        cursor.execute(_CATALOGUE, [])
        rows = cursor.fetchall()
    return [
        _table(schema, name, list(group), fields) for (schema, name), group in groupby(rows, lambda r: r[:2])
    ]


def with_rows(found: Sequence[Table], alias: str) -> list[Table]:
    """Those of the tables in which there is anything: most are empty in most instances, and reading each is a trip.

    Each is asked as a whole, under no condition. One without a page was never written to, and need not be asked.
    """
    written = [table for table in found if table.pages]
    if not written:
        return []
    asked = sql.SQL(", ").join(sql.SQL("EXISTS (SELECT FROM {})").format(table._name) for table in written)
    with connections[alias].cursor() as cursor:
        cursor.execute(sql.SQL("SELECT ARRAY[{}]").format(asked))
        ((answers,),) = cursor.fetchall()
    return [table for table, has_rows in zip(written, answers, strict=True) if has_rows]


Fields = dict[tuple[str, str], "models.Field[object, object]"]


def _table(schema: str, name: str, rows: Sequence[tuple[Any, ...]], fields: Fields) -> Table:
    columns = [_column(column, kind, fields.get((name, column))) for _, _, column, kind, *_ in rows]
    pages, size = rows[0][5:]
    return Table(
        schema=schema, name=name, columns=tuple(columns), readable=all(row[4] for row in rows), pages=pages,
        size=size,
    )  # fmt: skip


def _column(name: str, kind: str, field: models.Field[object, object] | None) -> Column:
    ciphertext = isinstance(field, SealedField | models.BinaryField)
    choices = getattr(field, "flatchoices", None) or ()
    codes = tuple(str(value) for value, _ in choices if isinstance(value, str) and value)
    return Column(name=name, raw=kind == "bytea", sealed=ciphertext, codes=codes)


def _model_fields() -> Fields:
    return dict(_fields())


def _fields() -> Iterator[tuple[tuple[str, str], models.Field[object, object]]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            yield (model._meta.db_table, field.column or field.name), field
