"""What an erasure asks must not depend on how many other people there are: each of its questions has an index."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pytest
from django.db import connection
from django.db.models import CASCADE, SET_NULL, Model
from django.db.models.fields.related import ForeignKey

from aureole.desk.models import Message, Ticket
from aureole.privacy.declare import declarations
from aureole.privacy.erasure.together import _left_behind, _with_dependants

_LEADING = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = %s::regclass AND i.indisvalid AND i.indpred IS NULL
"""


def _hops(model: type[Model], path: str) -> Iterator[tuple[str, str]]:
    """Table and column of each step from a row to a person."""
    name, _, rest = path.partition("__")
    field = model._meta.get_field(name)
    yield model._meta.db_table, field.column  # type: ignore[union-attr]
    if rest and isinstance(field, ForeignKey):
        parent = field.related_model
        assert isinstance(parent, type)
        yield from _hops(parent, rest)


def _deleted() -> frozenset[type[Model]]:
    return frozenset(d.model for d in declarations() if d.on_erase.startswith("delete")) | {Ticket, Message}


def _asked() -> Iterator[tuple[str, str]]:
    """By which columns rows of a person, rows that name them and rows that hang on theirs are found."""
    for declaration in declarations():
        for path in (declaration.person, *declaration.references):
            yield from _hops(declaration.model, path)
    deleted = frozenset(d.model for d in declarations() if d.on_erase.startswith("delete")) | {
        Ticket,
        Message,
    }
    models = _with_dependants(deleted)
    for model in models:
        for field in model._meta.concrete_fields:
            if _points_into(field, models):
                yield model._meta.db_table, field.column
    for model, fields in _left_behind(models).items():
        yield from ((model._meta.db_table, field.column) for field in fields)


def _points_into(field: object, models: Collection[type[Model]]) -> bool:
    """Only what refers to rows that go is asked for; a ticket's team stays where it is."""
    if not isinstance(field, ForeignKey) or field.remote_field.on_delete not in (CASCADE, SET_NULL):
        return False
    return field.related_model in models


@pytest.mark.django_db
def test_every_column_an_erasure_asks_by_leads_an_index() -> None:
    missing = set()
    with connection.cursor() as cursor:
        for table, column in set(_asked()):
            cursor.execute(_LEADING, [table])
            if column not in {row[0] for row in cursor.fetchall()}:
                missing.add(f"{table}.{column}")
    assert missing == set()


@pytest.mark.django_db
def test_foreign_keys_between_deleted_rows_are_checked_when_the_transaction_ends() -> None:
    tables = {model._meta.db_table for model in _with_dependants(_deleted())}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND NOT (condeferrable AND condeferred)"
        )
        at_once = {name for table, name in cursor.fetchall() if table in tables}
    assert at_once == set(), "rows of all tables go in one statement, in no order"
