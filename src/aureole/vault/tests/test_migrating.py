"""Migrations of sealed columns, run on a table of their own in PostgreSQL."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations import (
    AddField,
    AlterField,
    AlterModelTable,
    CreateModel,
    Migration,
    RemoveField,
    RenameField,
)
from django.db.migrations.state import ProjectState

from aureole.kernel.ids import new_id
from aureole.vault import migrating
from aureole.vault.erased import ERASED
from aureole.vault.errors import CannotOpen, SealedFieldMisuse
from aureole.vault.fields import SealedJSONField, SealedTextField
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.migrating import ResealColumn, SealColumn, reseal_column, seal_column
from aureole.vault.sealing import key_name
from aureole.vault.tests.test_destroying import in_another_process

ROWS = 25
BATCH = 4


class Scratch:
    """An app of one model, `Note`, that goes through migrations."""

    def __init__(self) -> None:
        self.state = ProjectState()
        self._number = 0

    def migrate(self, *operations: Any, atomic: bool = False) -> None:
        """Each call is a migration, applied by Django's own code."""
        self._number += 1
        migration = Migration(f"{self._number:04}", "scratch")
        migration.operations, migration.atomic = list(operations), atomic
        with connection.schema_editor(atomic=migration.atomic) as editor:
            self.state = migration.apply(self.state, editor)

    @property
    def note(self) -> Any:
        return self.state.apps.get_model("scratch", "Note")

    def raw(self, column: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{column}" FROM "{self.note._meta.db_table}" ORDER BY id')
            return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def scratch(transactional_db: None) -> Iterator[Scratch]:
    made = Scratch()
    made.migrate(
        CreateModel(
            "Note",
            [
                ("id", models.UUIDField(primary_key=True, default=new_id)),
                ("person_id", models.UUIDField(null=True)),
                ("words", models.TextField(null=True)),
                ("parties", models.JSONField(null=True)),
            ],
            options={"db_table": "scratch_note"},
        )
    )
    yield made
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS scratch_note, scratch_letter")


def fill(scratch: Scratch, **more: Any) -> list[uuid.UUID]:
    """Some notes of three persons."""
    people = [uuid.uuid4() for _ in range(3)]
    for number in range(ROWS):
        scratch.note.objects.create(person_id=people[number % 3], words=f"canary {number}", **more)
    return people


def sealed(scratch: Scratch) -> None:
    scratch.migrate(AddField("note", "text", SealedTextField(null=True)))


def texts(scratch: Scratch, name: str = "text") -> list[Any]:
    return [getattr(row, name) for row in scratch.note.objects.order_by("pk")]


ALL = [f"canary {number}" for number in range(ROWS)]


def test_a_plain_column_is_sealed_in_batches_and_dropped(scratch: Scratch) -> None:
    fill(scratch, parties={"from": "ä", "to": [1, None]})
    scratch.migrate(
        AddField("note", "text", SealedTextField(null=True)),
        AddField("note", "people", SealedJSONField(null=True, group="identity", keys=("from", "to"))),
    )
    scratch.migrate(
        SealColumn("note", plain="words", sealed="text", batch=BATCH),
        SealColumn("note", plain="parties", sealed="people", batch=BATCH),
    )
    assert scratch.raw("words") == scratch.raw("parties") == [None] * ROWS
    scratch.migrate(RemoveField("note", "words"), RemoveField("note", "parties"), atomic=True)
    assert texts(scratch) == ALL
    assert texts(scratch, "people") == [{"from": "ä", "to": [1, None]}] * ROWS
    assert not any(b"canary" in bytes(token) for token in scratch.raw("text"))


@pytest.mark.parametrize("at", [0, BATCH, 3 * BATCH, ROWS - 1])
def test_killed_in_the_middle_it_is_simply_run_again(scratch: Scratch, at: int) -> None:
    fill(scratch)
    sealed(scratch)

    def die(done: int, of: int) -> None:
        if done > at:
            os.kill(os.getpid(), signal.SIGKILL)

    model = scratch.note
    ending = in_another_process(lambda: seal_column(model, "words", "text", batch=BATCH, progress=die))
    assert ending == -signal.SIGKILL
    plain, tokens = scratch.raw("words"), scratch.raw("text")
    assert all((word is None) != (token is None) for word, token in zip(plain, tokens, strict=True))
    done_before = sum(token is not None for token in tokens)
    assert 0 < done_before <= ROWS
    scratch.migrate(SealColumn("note", plain="words", sealed="text", batch=BATCH))
    assert texts(scratch) == ALL and scratch.raw("words") == [None] * ROWS
    kept = [
        new for old, new in zip(tokens, scratch.raw("text"), strict=True) if old is not None and old == new
    ]
    assert len(kept) == done_before


def test_what_is_written_while_it_runs_is_not_lost(scratch: Scratch) -> None:
    """A row changes between being read and being written: it is met again, with its new words."""
    fill(scratch)
    sealed(scratch)
    first = scratch.note.objects.order_by("pk").first()
    field = scratch.note._meta.get_field("text")
    seal_value, changed = field.seal_value, []

    def slow(plain: str, **how: Any) -> Any:
        if not changed:
            changed.append(plain)
            scratch.note.objects.filter(pk=first.pk).update(words="canary changed")
        return seal_value(plain, **how)

    field.seal_value = slow
    tally = seal_column(scratch.note, "words", "text", batch=BATCH)
    assert texts(scratch)[0] == "canary changed" and texts(scratch)[1:] == ALL[1:]
    assert tally.looked_at == ROWS + 1


def test_words_of_a_person_erased_meanwhile_are_emptied_and_not_sealed(scratch: Scratch) -> None:
    ada, *_ = fill(scratch)
    sealed(scratch)
    erase_keys(ada, list(KeyGroup))
    tally = seal_column(scratch.note, "words", "text", batch=BATCH)
    assert (tally.erased, tally.sealed) == (9, 16)
    assert scratch.raw("words") == [None] * ROWS
    assert [text for text in texts(scratch) if text is None] == [None] * 9


def test_rows_without_a_person_stay_and_are_told(scratch: Scratch) -> None:
    fill(scratch)
    sealed(scratch)
    lost = scratch.note.objects.create(words="whose?")
    with pytest.raises(SealedFieldMisuse, match=r"1 rows of Note .* no person_id"):
        scratch.migrate(SealColumn("note", plain="words", sealed="text", batch=BATCH))
    assert scratch.note.objects.get(words__isnull=False).pk == lost.pk
    scratch.note.objects.filter(pk=lost.pk).update(person_id=uuid.uuid4())
    scratch.migrate(SealColumn("note", plain="words", sealed="text", batch=BATCH))
    assert texts(scratch)[-1] == "whose?"


def test_a_migration_in_one_transaction_and_a_column_not_null_are_refused(scratch: Scratch) -> None:
    fill(scratch)
    sealed(scratch)
    with pytest.raises(SealedFieldMisuse, match="atomic = False"):
        scratch.migrate(SealColumn("note", plain="words", sealed="text"), atomic=True)
    scratch.migrate(AlterField("note", "words", models.TextField()))
    with pytest.raises(SealedFieldMisuse, match="nullable"):
        scratch.migrate(SealColumn("note", plain="words", sealed="text"))
    assert None not in scratch.raw("words")


# -- moving


RENAMED = SealedTextField(null=True, formerly=("scratch_note.text",))
MOVES: dict[str, tuple[tuple[Any, ...], str]] = {
    "column": ((RenameField("note", "text", "body"), AlterField("note", "body", RENAMED)), "body"),
    "table": ((AlterModelTable("note", "scratch_letter"), AlterField("note", "text", RENAMED)), "text"),
    "both": (
        (
            RenameField("note", "text", "body"),
            AlterModelTable("note", "scratch_letter"),
            AlterField("note", "body", RENAMED),
        ),
        "body",
    ),
    "group": ((AlterField("note", "text", SealedTextField(null=True, group="evidence")),), "text"),
}


def start(scratch: Scratch) -> list[uuid.UUID]:
    people = fill(scratch)
    sealed(scratch)
    seal_column(scratch.note, "words", "text")
    return people


def now_plain(name: str) -> AlterField:
    return AlterField("note", name, SealedTextField(null=True))


@pytest.mark.parametrize(("operations", "name"), MOVES.values(), ids=MOVES)
def test_a_moved_column_is_readable_before_during_and_after(
    scratch: Scratch, operations: tuple[Any, ...], name: str
) -> None:
    start(scratch)
    scratch.migrate(*operations, atomic=True)
    assert texts(scratch, name) == ALL
    fresh = scratch.note(person_id=uuid.uuid4(), **{name: "written meanwhile"})
    fresh.save()
    halfway: list[list[Any]] = []

    def look(done: int, of: int) -> None:
        halfway.append(texts(scratch, name))

    tally = reseal_column(scratch.note, name, batch=BATCH, progress=look)
    assert (tally.sealed, tally.looked_at) == (ROWS, ROWS + 1)
    assert len(halfway) == 7 and all(seen == [*ALL, "written meanwhile"] for seen in halfway)
    assert reseal_column(scratch.note, name).sealed == 0
    if name == "body" or scratch.note._meta.db_table == "scratch_letter":
        scratch.migrate(now_plain(name))
    assert texts(scratch, name) == [*ALL, "written meanwhile"]
    group = scratch.note._meta.get_field(name).group
    assert {key_name(bytes(token))[1] for token in scratch.raw(name)} == {group}


def test_without_the_earlier_name_a_renamed_column_does_not_open(scratch: Scratch) -> None:
    start(scratch)
    scratch.migrate(RenameField("note", "text", "body"))
    with pytest.raises(CannotOpen):
        texts(scratch, "body")
    scratch.migrate(AlterField("note", "body", RENAMED))
    assert texts(scratch, "body") == ALL


def test_killed_while_moving_it_goes_on(scratch: Scratch) -> None:
    start(scratch)
    scratch.migrate(*MOVES["column"][0])
    model = scratch.note

    def die(done: int, of: int) -> None:
        if done > 2 * BATCH:
            os.kill(os.getpid(), signal.SIGKILL)

    assert (
        in_another_process(lambda: reseal_column(model, "body", batch=BATCH, progress=die)) == -signal.SIGKILL
    )
    assert texts(scratch, "body") == ALL
    scratch.migrate(ResealColumn("note", name="body", batch=BATCH))
    scratch.migrate(now_plain("body"))
    assert texts(scratch, "body") == ALL


def test_values_of_a_person_erased_meanwhile_stay_unreadable(scratch: Scratch) -> None:
    ada, *_ = start(scratch)
    scratch.migrate(*MOVES["column"][0])
    erase_keys(ada, list(KeyGroup))
    tally = reseal_column(scratch.note, "body", batch=BATCH)
    assert (tally.sealed, tally.erased) == (16, 9)
    scratch.migrate(now_plain("body"))
    assert sum(text is ERASED for text in texts(scratch, "body")) == 9


def test_all_values_are_sealed_anew_when_the_format_changed(scratch: Scratch) -> None:
    start(scratch)
    before = scratch.raw("text")
    scratch.migrate(ResealColumn("note", name="text", every=True, batch=BATCH))
    assert not set(map(bytes, before)) & set(map(bytes, scratch.raw("text")))
    assert texts(scratch) == ALL


def test_a_row_given_to_another_person_by_sql_is_sealed_for_them(scratch: Scratch) -> None:
    start(scratch)
    other = uuid.uuid4()
    scratch.note.objects.update(person_id=other)
    assert reseal_column(scratch.note, "text").sealed == ROWS
    assert {key_name(bytes(token))[0] for token in scratch.raw("text")} == {other}


def test_long_runs_tell_how_far_they_are(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(scratch)
    sealed(scratch)
    monkeypatch.setattr(migrating, "_PATIENCE", -1.0)
    scratch.migrate(SealColumn("note", plain="words", sealed="text", batch=10))
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Seal note.words as text: 10 of 25 rows" and len(said) == 3


def statements(work: Callable[[], object]) -> list[str]:
    seen: list[str] = []

    def note(execute: Callable[..., Any], query: Any, *rest: Any) -> Any:
        seen.append(str(query if isinstance(query, str) else query.as_string(None)).split()[0])
        return execute(query, *rest)

    with connection.execute_wrapper(note):
        work()
    return seen


def test_a_batch_is_one_read_and_one_write(scratch: Scratch) -> None:
    fill(scratch)
    sealed(scratch)
    seen = statements(lambda: seal_column(scratch.note, "words", "text", batch=5))
    assert seen.count("UPDATE") == 5 and seen.count("SELECT") <= 5 + 4
