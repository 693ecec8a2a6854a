"""The product with nothing sealed: its own code over the plain copies of its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from aureole.desk import ticket_rows
from aureole.kernel.compiled import forget_statements
from aureole.vault.fields import SealedField, SealedJSONField
from aureole.vault.row_values import SealedColumn


@contextmanager
def plain_columns() -> Iterator[None]:
    """Within the block sealed fields read plain columns: no cipher, no key, no query to the key store."""
    sealed, column, keys = SealedField.from_db_value, SealedColumn.open, ticket_rows.fetch_keys
    SealedField.from_db_value = _read  # type: ignore[method-assign,assignment]
    SealedColumn.open = _read_column  # type: ignore[method-assign]
    ticket_rows.fetch_keys = lambda resting: None
    _look_into("floor, public")
    try:
        yield
    finally:
        SealedField.from_db_value = sealed  # type: ignore[method-assign]
        SealedColumn.open = column  # type: ignore[method-assign]
        ticket_rows.fetch_keys = keys
        _look_into("public")


def _read(field: SealedField, value: Any, expression: Any, database: Any) -> Any:
    return json.loads(value) if value is not None and isinstance(field, SealedJSONField) else value


def _read_column(column: SealedColumn, row_id: object, resting: Any) -> Any:
    return _read(column.field, resting, None, None)


def _look_into(schemas: str) -> None:
    """For the one pooled connection this process uses; it goes back into the pool with what was set."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {schemas}")
    connection.close()
    forget_statements()
