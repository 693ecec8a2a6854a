from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from aureole.kernel.errors import Refused
from aureole.ops.backups.fences import reach, refuse_unless_current
from aureole.testing.personas import Personas
from aureole.vault.fences import journal
from aureole.vault.fences.folder import FenceFolder
from aureole.vault.fences.lines import union
from aureole.vault.fences.models import FenceLine
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys, states
from aureole.vault.keystore.models import KeyState
from aureole.vault.keystore.router import KEYS


def erase(personas: Personas) -> uuid.UUID:
    person = personas.person()
    erase_keys(person.id, list(KeyGroup))
    return person.id


def folder() -> FenceFolder:
    return journal.folders()[0]


def test_every_fence_is_on_the_list_in_the_key_store_and_in_every_folder(
    personas: Personas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "AUREOLE_FENCES", (str(tmp_path / "one"), str(tmp_path / "two")))
    erased = [erase(personas) for _ in range(3)]
    for place in journal.folders():
        assert [line.person_id for line in place.lines()] == erased
    assert list(FenceLine.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_repeating_an_erasure_adds_nothing(personas: Personas) -> None:
    person_id = erase(personas)
    erase_keys(person_id, list(KeyGroup))
    assert FenceLine.objects.count() == 1


def test_no_key_is_destroyed_when_a_copy_of_the_list_cannot_be_written(
    personas: Personas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "images").touch()
    monkeypatch.setattr(settings, "AUREOLE_FENCES", (str(tmp_path / "good"), str(tmp_path / "bad")))
    person = personas.person()
    with pytest.raises(Refused, match="No key was destroyed"):
        erase_keys(person.id, list(KeyGroup))
    assert set(states(person.id).values()) == {KeyState.ACTIVE}
    monkeypatch.setattr(settings, "AUREOLE_FENCES", (str(tmp_path / "good"),))
    erase_keys(person.id, list(KeyGroup))
    assert set(states(person.id).values()) == {KeyState.ERASED}


def test_the_list_cannot_be_shortened_or_changed(personas: Personas) -> None:
    erase(personas)
    for change in (
        lambda: FenceLine.objects.all().delete(),
        lambda: FenceLine.objects.update(person_id=uuid.uuid4()),
        lambda: FenceLine.objects.update(number=7),
    ):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(using=KEYS):
            change()


def test_a_line_cut_in_the_middle_of_writing_does_not_count_and_is_written_again(personas: Personas) -> None:
    first = erase(personas)
    path = folder().root / "list.jsonl"
    path.write_bytes(path.read_bytes() + b'{"number": 2, "uid"')
    assert [line.person_id for line in folder().lines()] == [first]
    second = erase(personas)
    assert [line.person_id for line in folder().lines()] == [first, second]


def test_a_line_taken_out_is_noticed(personas: Personas) -> None:
    for _ in range(3):
        erase(personas)
    path = folder().root / "list.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2]]))
    with pytest.raises(Refused, match="Line 2 is missing"):
        list(folder().lines())


def test_a_key_store_older_than_the_folder_destroys_nothing(personas: Personas, tmp_path: Path) -> None:
    erase(personas)
    stranger = FenceFolder(tmp_path / "stranger")
    line = next(iter(folder().lines()))
    moved = [line, type(line)(number=2, uid=uuid.uuid4(), at=line.at, kind="fenced", ledger=0)]
    stranger.rewrite(moved, lambda line: None)
    shutil.copy(stranger.root / "list.jsonl", folder().root / "list.jsonl")
    with pytest.raises(Refused, match="key store is older"):
        erase(personas)


def test_a_copy_that_is_older_than_another_is_not_taken_for_a_current_list(
    personas: Personas, tmp_path: Path
) -> None:
    erase(personas)
    old = shutil.copytree(folder().root, tmp_path / "old")
    erase(personas)
    backup = shutil.copytree(folder().root, tmp_path / "backup")
    assert reach([folder().root], [backup]).current
    stale = reach([old], [backup])
    assert not stale.current
    assert len(stale.lines) == 2, "what any list knows counts"
    with pytest.raises(Refused, match="--fences"):
        refuse_unless_current(stale, accept=None, looked_at=[old])
    refuse_unless_current(stale, accept="the disk burnt", looked_at=[old])
    fresh = FenceFolder(tmp_path / "fresh")
    line = next(iter(folder().lines()))
    fresh.append(
        [type(line)(number=1, uid=uuid.uuid4(), at=line.at, kind="founded", ledger=0)], lambda line: None
    )
    assert not reach([fresh.root], [backup]).current, "the list of a machine that was just prepared"
    assert reach([fresh.root, folder().root], [backup]).current
    assert not reach([], [backup]).current, "a backup's own list says nothing about later erasures"
    FenceFolder(backup).mark_as_of_a_backup()
    assert not reach([shutil.copytree(backup, tmp_path / "moved")], []).current, "wherever it was put"


def test_two_lists_that_counted_differently_are_joined_without_losing_a_line(
    personas: Personas, tmp_path: Path
) -> None:
    erase(personas)
    shutil.copytree(folder().root, tmp_path / "fork")
    other = FenceFolder(tmp_path / "fork")
    line = next(iter(folder().lines()))
    theirs = type(line)(number=2, uid=uuid.uuid4(), at=line.at, kind="fenced", ledger=0, person_id=uuid.uuid4(),
                        detail={"groups": [1, 2, 3, 4]})  # fmt: skip
    other.append([theirs], lambda line: None)
    ours = erase(personas)
    joined = union([folder().lines(), other.lines()])
    assert journal.take_over(joined, lambda line: None) == 1
    assert [line.number for line in folder().lines()] == [1, 2, 3]
    assert {line.person_id for line in folder().lines()} >= {theirs.person_id, ours}
    assert journal.take_over(list(journal.listed()), lambda line: None) == 0


def test_the_list_of_another_instance_is_never_written_over(personas: Personas, tmp_path: Path) -> None:
    erase(personas)
    lines = list(folder().lines())
    foreign = [type(line)(number=n, uid=uuid.uuid4(), at=line.at, kind="fenced", ledger=0) for n, line in
               enumerate(lines * 2, start=1)]  # fmt: skip
    folder().rewrite(foreign, lambda line: None)
    with pytest.raises(Refused, match="another instance"):
        journal.take_over(lines, lambda line: None)
    assert len(list(folder().lines())) == 2


def test_an_instance_without_erasures_has_a_list_that_says_so(transactional_db: None) -> None:
    journal.found()
    journal.found()
    assert [line.kind for line in folder().lines()] == ["founded"]
