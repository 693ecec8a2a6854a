"""Notices of changes over the command line: what others told us, what we answer, and telling them now."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from aureole.ops.cli.tests.test_rights_commands import Shell
from aureole.testing.moving import move_there_and_back
from aureole.testing.personas import Personas


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setattr("aureole.ops.cli.commands.transfer.instance", nullcontext)
    return Shell(capsys)


def test_what_others_told_is_answered_and_what_was_given_up_is_told_again(
    db: None, shell: Shell, personas: Personas
) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    move_there_and_back(ada)
    told = shell.json("transfer", "told")["notices"]
    assert [(n["event"], n["person"]) for n in told] == [("erase", str(ada.id)), ("correct", str(ada.id))]
    erased, corrected = (n["id"] for n in told)
    assert "still here" in shell.refuses("transfer", "answer", erased, "--outcome", "acted")
    assert "own_ground" in shell.refuses("transfer", "answer", erased, "--outcome", "sold")
    assert shell.json("transfer", "answer", corrected, "--outcome", "acted")["outcome"] == "acted"
    assert len(shell.json("transfer", "told")["notices"]) == 1
    assert len(shell.json("transfer", "told", "--all")["notices"]) == 3
    stages = {n["stage"]: n for n in shell.json("transfer", "list")["sent"][0]["notices"]}
    assert set(stages) == {"decided", "given_up", "waits"}
    assert "has not answered for 60 days" in stages["given_up"]["why"]
    assert shell.json("transfer", "tell", stages["given_up"]["id"])["stage"] == "waits"
