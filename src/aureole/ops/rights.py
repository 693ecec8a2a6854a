"""`python -m aureole.ops.rights`: migrates both databases as owner, then gives the application its part.

The application works under a role of its own: it reads and writes rows, changes no table, and may not
touch what only grows.
"""

from __future__ import annotations

import json
import sys
from typing import LiteralString

from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ProgrammingError
from psycopg import sql

from aureole.kernel.errors import Refused
from aureole.ledger.append_only import APPEND_ONLY_TABLES
from aureole.ops.embedded.connection import APPLICATION_ROLE
from aureole.ops.instance import django_ready
from aureole.ops.schema import fingerprint
from aureole.vault.keystore.fences import FENCE_TABLES

OLDEST_SERVER = 160000
ALIASES = ("keys", "default")
ONE_AT_A_TIME = 4_115_204_417  # advisory lock: two starts must not migrate at once

ROLE, ROLE_NAME = sql.Identifier(APPLICATION_ROLE), sql.Literal(APPLICATION_ROLE)
GRANTS: tuple[LiteralString, ...] = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


def migrate() -> None:
    """Raises Refused when the server is too old or the owner may not make the role."""
    for alias in ALIASES:
        connection = connections[alias]
        _refuse_old_server(connection)
        _execute(connection, "SELECT pg_advisory_lock({number})", number=sql.Literal(ONE_AT_A_TIME))
        _ensure_role(connection)
        call_command("migrate", database=alias, interactive=False, verbosity=0)
        apply_rights(connection)
        _remember(connection)


def apply_rights(connection: BaseDatabaseWrapper) -> None:
    """Safe to run again."""
    for statement in GRANTS:
        _execute(connection, statement, role=ROLE)
    present = set(connection.introspection.table_names())
    for table in present.intersection(APPEND_ONLY_TABLES):
        _execute(
            connection,
            "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}",
            table=sql.Identifier(table),
            role=ROLE,
        )
    for table in present.intersection(FENCE_TABLES):
        _execute(
            connection,
            "REVOKE DELETE, TRUNCATE ON {table} FROM {role}",
            table=sql.Identifier(table),
            role=ROLE,
        )


def _ensure_role(connection: BaseDatabaseWrapper) -> None:
    try:
        if not _ask(connection, "SELECT 1 FROM pg_roles WHERE rolname = {name}", name=ROLE_NAME):
            _execute(connection, "CREATE ROLE {role} NOLOGIN", role=ROLE)
        if not _ask(connection, "SELECT 1 WHERE pg_has_role({name}, 'SET')", name=ROLE_NAME):
            _execute(connection, "GRANT {role} TO CURRENT_USER", role=ROLE)
    except ProgrammingError as trouble:
        raise Refused(
            "database.role",
            "The application's restricted role cannot be made with this database user. Nothing was changed. "
            f"Let an administrator of the server run:\n\n  CREATE ROLE {APPLICATION_ROLE} NOLOGIN;\n"
            f'  GRANT {APPLICATION_ROLE} TO "{connection.settings_dict["USER"]}";\n\n'
            "(leave out the first line if the role is there), then start again.",
        ) from trouble


def _refuse_old_server(connection: BaseDatabaseWrapper) -> None:
    try:
        found = int(_ask(connection, "SELECT current_setting('server_version_num')") or 0)
    except DatabaseError as trouble:
        raise Refused(
            "database.unreachable", f"The database {connection.settings_dict['NAME']} cannot be reached."
        ) from trouble
    if found < OLDEST_SERVER:
        raise Refused(
            "database.old",
            f"The server runs PostgreSQL {found // 10000}; Aureole needs 16 or newer. Nothing was changed.",
        )


def _remember(connection: BaseDatabaseWrapper) -> None:
    _execute(
        connection,
        "COMMENT ON TABLE django_migrations IS {words}",
        words=sql.Literal(f"aureole {fingerprint()}"),
    )


def _execute(connection: BaseDatabaseWrapper, statement: LiteralString, **parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts))


def _ask(connection: BaseDatabaseWrapper, query: LiteralString, **parts: sql.Composable) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(query).format(**parts))
        row = cursor.fetchone()
    return str(row[0]) if row else None


def found_fence_list() -> None:
    from aureole.vault.fences.journal import found

    found()


def kept_map() -> None:
    """What the program declares to hold, whenever that has changed."""
    from aureole.privacy.data_map.snapshots import keep_map

    keep_map()


def main() -> int:
    """Tells its parent by one JSON document how it went."""
    try:
        with django_ready():
            migrate()
            found_fence_list()
            kept_map()
    except Refused as refusal:
        print(json.dumps({"refused": [refusal.code, refusal.sentence]}))
        return 1
    print(json.dumps({"done": True}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
