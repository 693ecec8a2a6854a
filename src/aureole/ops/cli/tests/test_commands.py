"""The commands on a real instance with its own server; one instance for the module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aureole.ops.embedded import EmbeddedServer
from aureole.ops.embedded.cluster import FLEETING


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Its server runs for the whole module: the commands join it."""
    home = tmp_path_factory.mktemp("an instance") / "home"
    server = EmbeddedServer(home, settings=FLEETING)
    with server.shared():
        yield home


def aureole(home: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON document."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AUREOLE", "DATABASE", "KEYS"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "from aureole.ops.cli import main; main()", *words, "--json"],
        env={**own, "AUREOLE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout or "{}")


def test_a_home_that_was_never_prepared_is_refused_and_not_made(tmp_path: Path) -> None:
    code, said = aureole(tmp_path / "misspelt", "status")
    assert (code, said["error"]["code"]) == (1, "home.unprepared")
    assert not (tmp_path / "misspelt").exists()


@pytest.mark.slow
def test_an_instance_is_prepared_once_and_then_works(home: Path) -> None:
    assert aureole(home, "init")[1]["schema_changed"] is True
    root_key = (home / "secrets" / "root_key").read_text()
    assert aureole(home, "init")[1]["schema_changed"] is False
    assert (home / "secrets" / "root_key").read_text() == root_key

    code, added = aureole(home, "agent", "add", "ada@shop.example", "--role", "admin")
    assert code == 0 and "/sign-in/link/?token=" in added["sign_in"]

    findings = aureole(home, "doctor")[1]["findings"]
    checked = {finding["check"]: finding["level"] for finding in findings}
    assert (
        checked["application role"] == checked["append-only ledger_entry"] == checked["root key"] == "green"
    )
