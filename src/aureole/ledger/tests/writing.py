"""A log to test with: entries written and signed in March 2026, and what its owner can do behind its back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.ledger.audit import Finding
from aureole.ledger.checkpoints import bring_up_to_date, latest_checkpoint
from aureole.ledger.models import Entry
from aureole.ledger.record import record

OPERATOR = Actor.operator()
MARCH = datetime(2026, 3, 9, 10, tzinfo=UTC)


def write(count: int, at: datetime = MARCH) -> list[Entry]:
    with clock.at(at), transaction.atomic():
        return [record("privacy.explained", by=OPERATOR) for _ in range(count)]


def sign(at: datetime = MARCH) -> str:
    with clock.at(at):
        bring_up_to_date()
    return latest_checkpoint().note


def as_owner(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


def words_of(finding: Finding) -> list[tuple[int, str]]:
    return [(p.index, p.problem) for p in finding.problems]
