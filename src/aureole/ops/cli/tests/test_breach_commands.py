"""A breach over the command line, from the first word to its end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aureole.kernel.clock import now
from aureole.ops.cli.tests.test_rights_commands import Shell, use_this_database
from aureole.privacy.models import BreachStep
from aureole.testing.personas import Personas


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    use_this_database(monkeypatch)
    return Shell(capsys)


def test_a_breach_goes_from_the_first_word_to_its_end(
    db: None, shell: Shell, personas: Personas, tmp_path: Path
) -> None:
    personas.person("Ada Lindqvist", "ada@brevduva.example")
    officer = personas.agent(role="privacy_officer").person.identifiers.all()[0].value
    noticed = (now() - timedelta(hours=80)).isoformat()
    made = shell.json(
        "breach", "record", "--title", "Lost list", "--facts", "A list was lost.", "--lost", "--noticed", noticed,
        "--by", str(officer),
    )  # fmt: skip
    number = str(made["number"])
    assert BreachStep.objects.get().by_kind == "named"
    assert made["left_to_do"][0] == "describe"
    addresses, letter = tmp_path / "addresses.txt", tmp_path / "letter.txt"
    addresses.write_text("ada@brevduva.example\n")
    letter.write_text("A list with your name was lost.")
    assert shell.json("breach", "bound", number, "--persons", str(addresses))["persons"] == 1
    shell.json(
        "breach", "describe", number, "--effects", "Few.", "--measures", "Looked for.", "--contact", "Us."
    )
    shell.json("breach", "assess", number, "high", "--reason", "Health data.")
    assert "reasons for the delay" in shell.refuses("breach", "handed-in", number, "--last")
    shell.json("breach", "handed-in", number, "--last", "--delay-reason", "It was found late.")
    shell.json("breach", "draft", number, "--to", str(tmp_path / "report.pdf"))
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "tell the persons affected" in shell.refuses("breach", "close", number, "--remedy", "Locks.")
    shell.json("breach", "tell", number, str(letter))
    assert shell.json("breach", "close", number, "--remedy", "Locks.")["left_to_do"] == []
    assert shell.json("breach", "list")["breaches"] == []
    assert [b["number"] for b in shell.json("breach", "list", "--all")["breaches"]] == [made["number"]]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("record", "--title", "x", "--facts", "y", "--lost", "--noticed", "yesterday"),
            "Write the moment as",
        ),
        (("bound", "1"), "Give one of --account"),
        (("show", "99"), "no breach with this number"),
        (("bound", "1", "--account", "nobody@x.example", "--everybody"), "Give one of --account"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(
    db: None, shell: Shell, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in shell.refuses("breach", *words)
