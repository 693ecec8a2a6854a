from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from aureole.ledger.append_only import APPEND_ONLY_TABLES
from aureole.ops.rights import apply_rights


def refused(statement: str) -> bool:
    """Whether the application's role is kept from it by its rights alone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE aureole_app")
            cursor.execute(statement)
    except DatabaseError as trouble:
        return "permission denied" in str(trouble) or "must be owner" in str(trouble)
    return False


@pytest.fixture
def rights(db: None) -> None:
    apply_rights(connection)


@pytest.mark.usefixtures("rights")
@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
def test_the_application_reads_and_adds_but_never_changes_what_only_grows(table: str) -> None:
    column = "number" if table == "ledger_entry" else "shard_id"
    assert refused(f"UPDATE {table} SET {column} = {column}")
    assert refused(f"DELETE FROM {table}")
    assert refused(f"TRUNCATE {table} CASCADE")
    assert not refused(f"SELECT * FROM {table} LIMIT 1")


@pytest.mark.usefixtures("rights")
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (word text)",
        "DROP TABLE ledger_entry",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "TRUNCATE staff_agent CASCADE",
        "DELETE FROM django_migrations",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_the_application_may_not_touch_the_schema_or_the_machine(statement: str) -> None:
    assert refused(statement)


@pytest.mark.usefixtures("rights")
def test_the_application_reads_and_writes_ordinary_tables() -> None:
    assert not refused("UPDATE staff_agent SET role = role")
    assert not refused("DELETE FROM staff_sign_in_attempt")
