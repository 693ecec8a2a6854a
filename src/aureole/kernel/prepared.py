"""Statements that are planned once per connection instead of each time, and answer in binary.

For reads that run at every key press: planning a join costs as much as running it, and text is the slowest form
of bytes. Django's own cursors can do neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DatabaseError, connection
from django.db.models import QuerySet


def ask_prepared(sql: str, values: Sequence[Any]) -> list[Any]:
    """All rows. `sql` must not change from call to call but by its values: each wording is kept by the server."""
    connection.ensure_connection()
    session: Any = connection.connection
    if session.prepare_threshold is None:
        session.prepare_threshold = 0
    try:
        with psycopg.Cursor(session) as cursor:
            return cursor.execute(sql, values, prepare=True, binary=True).fetchall()
    except psycopg.Error as trouble:
        raise DatabaseError(str(trouble)) from trouble


def rows_of(queryset: QuerySet[Any, Any]) -> list[Any]:
    """The columns of a `values_list` as the database has them: sealed ones as bytes."""
    sql, values = queryset.query.sql_with_params()
    return ask_prepared(sql, values)
