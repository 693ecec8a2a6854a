from __future__ import annotations

import json
import stat
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.commands import keys
from aureole.ops.doctor.keys import checks
from aureole.testing.personas import Personas
from aureole.vault import resealing
from aureole.vault.keystore.models import PersonKey
from config.env import read


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aureole.ops.instance.instance", nullcontext)
    at_once = partial(resealing.rotate_person_keys, age=0.0)
    monkeypatch.setattr(resealing, "rotate_person_keys", at_once)


def run(*words: str) -> Any:
    app = typer.Typer()
    keys.register(app)
    app.command("other")(lambda: None)
    return CliRunner().invoke(app, ["keys", *words])


def test_status_tells_counts_and_no_secret(personas: Personas) -> None:
    personas.ticket()
    told = json.loads(run("status", "--json").stdout)
    assert told["key_store"] == {"answers": True} and told["present"]["answers"]
    assert told["person_keys"]["active"] == PersonKey.objects.count() == told["generations"]["1"]
    assert told["under_former_key"] == 0 and told["former"] == [] and told["being_rotated"] == 0
    words = run("status").stdout
    assert "Nothing lies under a former key." in words and told["present"]["key_id"] in words


def test_rotating_the_root_key_ends_with_what_is_left(transactional_db: None) -> None:
    Personas().ticket()
    told = json.loads(run("rotate", "--json").stdout)
    assert told["person_keys"] == PersonKey.objects.count() and told["under_former"] == 0
    assert "0 keys lie under a former key" in run("rotate").stdout


def test_rotating_one_person_names_groups_and_counts(transactional_db: None) -> None:
    person = Personas().ticket().requester
    told = json.loads(run("rotate", "--person", str(person.id), "--json").stdout)
    assert (
        told["groups"] == ["identity", "correspondence", "evidence"] and told["values"]["people_person"] == 1
    )
    assert json.loads(run("status", "--json").stdout)["generations"]["2"] == 3


def test_a_person_that_is_none_is_wrong_usage_and_an_unknown_one_refused(db: None) -> None:
    assert run("rotate", "--person", "somebody").exit_code == 2
    refused = run("rotate", "--person", "00000000-0000-7000-8000-000000000000")
    assert isinstance(refused.exception, NotFound)


def test_a_new_key_file_is_closed_to_others_and_replaces_none(tmp_path: Path) -> None:
    told = json.loads(run("new-file", str(tmp_path / "k"), "--json").stdout)
    path = tmp_path / "k"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(bytes.fromhex(path.read_text())) == 32
    here = read({"AUREOLE_HOME": str(tmp_path), "AUREOLE_ROOT_KEY_URL": told["url"]})
    assert here.root_key_file == path
    assert isinstance(run("new-file", str(path)).exception, Refused)


def test_the_doctor_looks_at_provider_and_fences(personas: Personas) -> None:
    personas.ticket()
    found = {finding.check: finding for finding in checks()}
    assert found["root key"].level == "green" and found["key store opens"].level == "green"
    assert "former keys" not in found
