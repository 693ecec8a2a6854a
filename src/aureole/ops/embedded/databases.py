"""The two databases and the application's role on an embedded server."""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import sql

from aureole.kernel.errors import Broken, Refused
from aureole.ops.embedded.connection import APPLICATION_ROLE, DATA, KEYS, ConnectionInfo


def ensure_databases(connection: ConnectionInfo) -> None:
    """Safe to run again. Raises Refused when the password file is not this server's."""
    try:
        with connection.connect() as session:
            _ensure_role(session)
            for name in (DATA, KEYS):
                _ensure_database(session, name)
    except psycopg.OperationalError as trouble:
        if "password authentication failed" in str(trouble):
            raise Refused(
                "embedded.other_password",
                "The embedded database refuses the password in secrets/db_password. Nothing was changed. "
                "Put back the file that belongs to it, from your copy of the home folder.",
            ) from trouble
        raise Broken("embedded.unreachable", "The embedded database runs but cannot be reached.") from trouble


def _ensure_role(session: psycopg.Connection[tuple[object, ...]]) -> None:
    """The application works under this role, which may not change the schema or what only grows."""
    if not _found(session, "SELECT 1 FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE):
        session.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APPLICATION_ROLE)))


def _ensure_database(session: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    if not _found(session, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _found(session: psycopg.Connection[tuple[object, ...]], query: LiteralString, value: str) -> bool:
    return session.execute(query, [value]).fetchone() is not None
