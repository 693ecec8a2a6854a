"""Our own tables once more: the same rows, indexes and foreign keys, in a schema for raw statements to work on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from django.apps import apps

SCHEMA = "twin"
_FOREIGN_KEYS = """
SELECT t.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
"""


def make_twin(session: psycopg.Connection[tuple[Any, ...]], labels: Iterable[str]) -> None:
    """Copy every table of the apps named, as it rests. Foreign keys between them are checked as ours are."""
    tables = [
        model._meta.db_table
        for label in labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    drop_twin(session)
    session.execute(f"CREATE SCHEMA {SCHEMA}")
    for table in tables:
        session.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
        session.execute(f"INSERT INTO {SCHEMA}.{table} SELECT * FROM public.{table}")
    session.execute("SET search_path = public")
    found = session.execute(_FOREIGN_KEYS).fetchall()
    session.execute(f"SET search_path = {SCHEMA}, public")
    for table, name, definition in found:
        if table in tables:
            session.execute(f'ALTER TABLE {SCHEMA}.{table} ADD CONSTRAINT "{name}" {definition}')
    session.execute("SET search_path = floor, public")
    session.execute("VACUUM ANALYZE")


def drop_twin(session: psycopg.Connection[tuple[Any, ...]]) -> None:
    session.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
