"""What `migrate` makes of each of the two databases."""

from __future__ import annotations

import gc
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from aureole.vault.keystore.router import APPS, KEYS


def test_the_key_store_runs_every_migration_of_its_own_apps_and_no_other(db: None) -> None:
    assert set(APPS) == {"keystore", "fences"}
    own = {name for name in MigrationLoader(None).disk_migrations or {} if name[0] in APPS}
    assert set(MigrationRecorder(connections[KEYS]).applied_migrations()) == own
    tables = {model._meta.db_table for label in APPS for model in apps.get_app_config(label).get_models()}
    assert set(connections[KEYS].introspection.table_names()) == {*tables, "django_migrations"}
    assert {label for label, _ in MigrationRecorder(connections["default"]).applied_migrations()} > {"desk"}


def test_nothing_is_left_to_run_in_either(db: None) -> None:
    for alias in ("default", KEYS):
        call_command("migrate", database=alias, check_unapplied=True, verbosity=0)  # exits where something is


def test_an_older_key_store_with_all_migrations_noted_stays_as_it_is(db: None, capsys: Any) -> None:
    recorder = MigrationRecorder(connections[KEYS])
    recorder.record_applied("desk", "0001_initial")
    call_command("migrate", database=KEYS)
    assert "No migrations to apply" in capsys.readouterr().out
    assert ("desk", "0001_initial") in recorder.applied_migrations()
    assert gc.isenabled()
