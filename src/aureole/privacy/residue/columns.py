"""Which columns could hold words, by the database's own catalogue: a table nobody declared is found too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.apps import apps
from django.db import connections, models
from psycopg import sql

from aureole.vault.fields import SealedField

# Type categories S (text), E (enum), U (bytea, json, jsonb, xml and what else a database may bring),
# I (addresses), and arrays of those. Numbers, times and truth values hold no words.
_CATALOGUE = """
SELECT n.nspname, c.relname, a.attname, t.typname,
       has_table_privilege(c.oid, 'SELECT') OR has_column_privilege(c.oid, a.attnum, 'SELECT')
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_type b ON b.oid = t.typbasetype
WHERE c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%%'
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table and the columns of it that could hold words."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    readable: bool

    @property
    def shown(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"

    def copy_statement(self) -> sql.Composed:
        """COPY of these columns; the whole table, never a WHERE: nothing may escape by a condition."""
        wanted = sql.SQL(", ").join(_selected(column) for column in self.columns)
        return sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT BINARY)").format(
            wanted, sql.Identifier(self.schema, self.name)
        )


def _selected(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    if column.raw:
        return name
    text = sql.SQL("{}::text").format(name)
    if not column.codes:
        return text
    codes = sql.SQL(", ").join(map(sql.Literal, column.codes))
    return sql.SQL("CASE WHEN {} IN ({}) THEN NULL ELSE {} END").format(text, codes, text)


def tables(alias: str) -> list[Table]:
    """Every table of the database with its columns, readable or not."""
    fields = _model_fields()
    with connections[alias].cursor() as cursor:
        cursor.execute(_CATALOGUE, [])
        rows = cursor.fetchall()
    return [
        _table(schema, name, list(group), fields) for (schema, name), group in groupby(rows, lambda r: r[:2])
    ]


Fields = dict[tuple[str, str], "models.Field[object, object]"]


def _table(schema: str, name: str, rows: Sequence[tuple[str, str, str, str, bool]], fields: Fields) -> Table:
    columns = [_column(column, kind, fields.get((name, column))) for _, _, column, kind, _ in rows]
    return Table(schema=schema, name=name, columns=tuple(columns), readable=all(row[4] for row in rows))


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
