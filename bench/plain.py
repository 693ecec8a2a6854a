"""The product with nothing sealed: its own code over the plain copies of its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from aureole.vault.fields import SealedField, SealedJSONField


@contextmanager
def plain_columns() -> Iterator[None]:
    """Within the block sealed fields read plain columns: no cipher, no key, no query to the key store."""
    sealed = SealedField.from_db_value
    SealedField.from_db_value = _read  # type: ignore[method-assign,assignment]
    _look_into("floor, public")
    try:
        yield
    finally:
        SealedField.from_db_value = sealed  # type: ignore[method-assign]
        _look_into("public")


def _read(field: SealedField, value: Any, expression: Any, database: Any) -> Any:
    return json.loads(value) if value is not None and isinstance(field, SealedJSONField) else value


def _look_into(schemas: str) -> None:
    """For the one pooled connection this process uses; it goes back into the pool with what was set."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {schemas}")
    connection.close()
