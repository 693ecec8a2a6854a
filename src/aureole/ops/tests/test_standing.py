"""What keeps an instance closed, asked of two databases as an operator may leave them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections, transaction

from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.ops.backups import databases
from aureole.ops.backups.databases import Mark
from aureole.ops.backups.programs import address_of
from aureole.ops.standing import troubles
from aureole.privacy.erasure.run import erase_person
from aureole.testing.personas import Personas
from aureole.vault.fences import journal
from config.env import Environment, read


@pytest.fixture
def env(transactional_db: None, tmp_path: Path) -> Iterator[Environment]:
    """The databases of this test, with its own fence list."""
    here = replace(
        read(os.environ), database=address_of("default"), keys_database=address_of("keys"), home=tmp_path
    )
    person = Personas().person()
    erase_person(person.id, by=Actor.operator(), reason="asked")
    Personas().person("Bo Ek")
    shutil.copytree(journal.folders()[0].root, tmp_path / "fences")
    yield here
    databases.unmark(address_of("default"))


def codes(env: Environment) -> list[str]:
    return [trouble.code for trouble in troubles(env)]


def test_data_and_keys_that_belong_together_open(env: Environment) -> None:
    assert codes(env) == []


def test_a_mark_closes_until_it_is_taken_away(env: Environment) -> None:
    mark = Mark(state="loading", source="reconcile", report={"a": 1})
    databases.mark(address_of("default"), mark)
    assert databases.marked(address_of("default")) == mark
    assert codes(env) == ["restore.unfinished"]
    databases.unmark(address_of("default"))
    assert codes(env) == []


def test_data_older_than_the_last_erasure_stays_closed(env: Environment) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_entry WHERE number > (SELECT min(number) FROM ledger_entry)")
        cursor.execute("SET session_replication_role = origin")
    assert codes(env) == ["data.older_than_fences"]


def test_what_was_rolled_back_after_it_was_noted_closes_nothing(env: Environment) -> None:
    """An interrupted load of the sample desk, or a request for several purposes: the list is of another database."""
    ada = Personas().person("Ada Lindqvist")
    with transaction.atomic():
        for purpose in ("a", "b"):
            with transaction.atomic():
                note = journal.RowNote(table="privacy_objection", row_id=purpose, person_id=ada.id, image={})
                record("consent.withdrawn", by=Actor.operator(), person=ada.id, stopped=0)
                journal.note_standing(note)
        transaction.set_rollback(True)  # the machine went away
    assert codes(env) == []


def test_a_key_store_older_than_the_folder_stays_closed(env: Environment) -> None:
    with connections["keys"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM fences_line WHERE number > 1")
        cursor.execute("SET session_replication_role = origin")
    assert codes(env) == ["keys.older_than_fences"]


def test_an_empty_key_store_beside_persons_stays_closed(env: Environment) -> None:
    with connections["keys"].cursor() as cursor:  # lost, which no statement of the program could do
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM keystore_person_key")
        cursor.execute("SET session_replication_role = origin")
    assert codes(env) == ["keys.lost"]
