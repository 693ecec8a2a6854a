"""`aureole files` as a person calls it, on the test's databases and a store of its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aureole.ops.cli.entry import run
from aureole.vault import files, scrubbing, sweeping
from aureole.vault.files import seal_file
from aureole.vault.models import SealedFile
from aureole.vault.store.folder import FolderStore

Said = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    made = FolderStore(tmp_path / "files")
    for module in (files, scrubbing, sweeping):
        monkeypatch.setattr(module, "file_store", lambda: made, raising=False)
    return made


@pytest.fixture
def aureole(
    db: None, store: FolderStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Said:
    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr("aureole.ops.instance.instance", here)

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out or "{}")

    return call


def test_a_sweep_says_what_would_go_before_it_goes(aureole: Said, store: FolderStore) -> None:
    seal_file(b"x" * 100_000, person_id=uuid.uuid4())
    store.write("ab" * 16, [b"lost"])
    sweep = ("files", "sweep", "--older-than", "0")
    assert aureole("files", "sweep")[1]["orphans"] == 0
    code, said = aureole(*sweep, "--dry-run")
    assert (code, said["orphans"], said["bytes"], said["dry_run"]) == (0, 1, 4, True)
    assert aureole(*sweep)[1]["orphans"] == 1
    assert aureole(*sweep)[1] == {"looked_at": 1, "orphans": 0, "bytes": 0, "unfinished": 0, "dry_run": False}


def test_a_store_that_belongs_to_another_database_is_refused(aureole: Said, store: FolderStore) -> None:
    for number in range(21):
        store.write(f"{number:032x}", [b"lost"])
    code, said = aureole("files", "sweep", "--older-than", "0")
    assert (code, said["error"]["code"]) == (1, "sweep_too_much")
    assert len(list(store.names())) == 21
    assert aureole("files", "sweep", "--older-than", "0", "--force")[1]["orphans"] == 21


def test_a_check_ends_in_1_when_a_file_is_damaged_and_names_it(aureole: Said, store: FolderStore) -> None:
    whole, damaged = (seal_file(b"x" * 100_000, person_id=uuid.uuid4()) for _ in range(2))
    code, said = aureole("files", "check")
    assert (code, said["checked"], said["troubles"], said["last"]) == (0, 2, [], str(damaged.pk))
    store.delete(damaged.stored_as or "")
    code, said = aureole("files", "check", "--quick")
    assert (code, said["troubles"]) == (1, [{"file": str(damaged.pk), "kind": "length"}])
    assert aureole("files", "check", "--after", str(damaged.pk))[1]["checked"] == 0
    assert SealedFile.objects.count() == 2 and whole.pk < damaged.pk


def test_a_word_that_is_no_id_is_wrong_usage(aureole: Said) -> None:
    assert aureole("files", "check", "--after", "yesterday")[0] == 2
