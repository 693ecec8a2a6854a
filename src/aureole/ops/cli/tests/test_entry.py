from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli import entry
from aureole.ops.cli.output import Report, waiting


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command of its own, so that no instance is needed."""
    real = entry.build_app

    def with_failures() -> typer.Typer:
        app = real()

        @app.command("refuse")
        def refuse(json: bool = False) -> None:
            raise Refused("example.refused", "It was not done. Do this.")

        @app.command("break")
        def break_(json: bool = False) -> None:
            raise ValueError("canary: what a person wrote")

        @app.command("interrupt")
        def interrupt() -> None:
            raise KeyboardInterrupt

        return app

    monkeypatch.setattr(entry, "build_app", with_failures)
    entry.every_command.cache_clear()
    yield
    entry.every_command.cache_clear()


@pytest.mark.usefixtures("failing")
def test_a_refusal_is_a_sentence_and_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(["refuse"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.strip() == "It was not done. Do this."


@pytest.mark.usefixtures("failing")
def test_a_refusal_in_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(["refuse", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "example.refused"


@pytest.mark.usefixtures("failing")
def test_a_fault_of_ours_is_code_3_with_a_reference_and_without_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert entry.run(["break"]) == 3
    said = capsys.readouterr()
    assert "Reference" in said.err and "ValueError" in said.err
    assert "canary" not in said.err and "Traceback" not in said.err


@pytest.mark.usefixtures("failing")
def test_an_interruption_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(["interrupt"]) == 130
    assert capsys.readouterr().err.strip() == ""


@pytest.mark.parametrize("words", [["nonsense"], ["up", "--prot", "1"], ["up", "--port", "many"]])
def test_wrong_usage_is_code_2(words: list[str]) -> None:
    assert entry.run(words) == 2


def test_help_of_everything_states_a_policy_and_needs_neither_django_nor_an_instance(tmp_path: Path) -> None:
    code = (
        "import sys; from aureole.ops.cli.entry import run; run(['--help']); print('django' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith("False") and "Exit codes" in said


def test_every_command_states_its_policy() -> None:
    silent = [
        name for name, policy in policies(typer.main.get_command(entry.build_app())) if len(policy) < 20
    ]
    assert silent == []


def test_what_belongs_to_a_group_is_not_a_command_of_its_own_too() -> None:
    app: Any = typer.main.get_command(entry.build_app())
    assert not set(app.commands) & set(app.commands["rights"].commands)


def policies(command: Any, name: str = "aureole") -> Iterator[tuple[str, str]]:
    """Name and help text of every command below this one, groups left out."""
    parts = getattr(command, "commands", None)
    if parts is None:
        yield name, command.help or ""
    for word, part in (parts or {}).items():
        yield from policies(part, f"{name} {word}")


def test_people_and_scripts_get_one_answer_each(capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (False, True):
        answer = Report(as_json=as_json)
        answer.say("Done.")
        answer.table(["name"], [["one"]])
        answer.tell(done=True)
        answer.print_document()
        said = capsys.readouterr().out
        assert (json.loads(said) == {"done": True}) if as_json else (said == "Done.\nname\none\n")


def test_short_work_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("Working"):
        pass
    assert capsys.readouterr().err == ""


def test_long_work_says_what_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aureole.ops.cli.output.PATIENCE", 0.0)
    import time

    with waiting("Working"):
        time.sleep(0.3)
    assert "Working" in capsys.readouterr().err
