"""Runs and rules of a database from before runs were asked for and let go by two persons."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

BEFORE = ("privacy", "0010_answer_hits")
MIGRATION = ("privacy", "0011_retention_runs_and_rules")
FIRST, SECOND = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def old(db: None) -> Iterator[ProjectState]:
    """The two tables as they were, in a schema of their own, so that the others need not be taken back."""
    state = MigrationLoader(connection).project_state(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA before; SET LOCAL search_path TO before")
    with connection.schema_editor(atomic=False) as editor:
        for name in ("RetentionRun", "RetentionRule"):
            editor.create_model(state.apps.get_model("privacy", name))
    yield state
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO public")


def test_old_runs_count_as_let_go_and_old_rules_stay_in_force(old: ProjectState) -> None:
    runs, rules = (old.apps.get_model("privacy", name) for name in ("RetentionRun", "RetentionRule"))
    ended = runs.objects.create(id=uuid.uuid4(), **_run(FIRST, finished_at=SECOND))
    broken_off = runs.objects.create(id=uuid.uuid4(), **_run(SECOND))
    rules.objects.create(class_key="direct_contact", scope="type", value="order", months=6, changed_at=FIRST)
    migration = MigrationLoader(connection).get_migration(*MIGRATION)
    with connection.schema_editor(atomic=False) as editor:
        after = migration.apply(old.clone(), editor)
    found = {row.pk: row for row in after.apps.get_model("privacy", "RetentionRun").objects.all()}
    told = {
        key: (row.state, row.asked_at, row.approved_at, row.started_at, row.plan)
        for key, row in found.items()
    }
    assert told == {
        ended.pk: ("done", FIRST, FIRST, FIRST, {}),
        broken_off.pk: ("running", SECOND, SECOND, SECOND, {}),
    }
    [rule] = after.apps.get_model("privacy", "RetentionRule").objects.all()
    assert (rule.months, rule.value, rule.reason, rule.ended_at) == (6, "order", "", None)


def _run(started: datetime, finished_at: datetime | None = None) -> dict[str, object]:
    return {"hash": "0" * 64, "as_of": started.date(), "started_at": started, "finished_at": finished_at}
