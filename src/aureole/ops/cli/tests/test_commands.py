"""The commands on a real instance with its own server."""

from __future__ import annotations

from pathlib import Path

import pytest

from aureole.ops.cli.tests.outside import Prepared, aureole
from aureole.ops.serving import only_one, write_note


def test_a_home_that_was_never_prepared_is_refused_and_not_made(tmp_path: Path) -> None:
    code, said = aureole(tmp_path / "misspelt", "status")
    assert (code, said["error"]["code"]) == (1, "home.unprepared")
    assert not (tmp_path / "misspelt").exists()


@pytest.mark.slow
def test_an_instance_is_prepared_once_and_then_works(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = prepared.home
    assert prepared.said["schema_changed"] is True
    root_key = (home / "secrets" / "root_key").read_text()
    assert aureole(home, "init")[1]["schema_changed"] is False
    assert (home / "secrets" / "root_key").read_text() == root_key

    with only_one(home):
        monkeypatch.setenv("AUREOLE_BASE_URL", "http://localhost:8123")
        write_note(home, "http://localhost:8123", told=("AUREOLE_BASE_URL",))
        code, added = aureole(home, "agent", "add", "ada@shop.example", "--role", "admin")
    assert code == 0 and added["sign_in"].startswith("http://localhost:8123/sign-in/link/?token=")

    findings = aureole(home, "doctor")[1]["findings"]
    checked = {finding["check"]: finding["level"] for finding in findings}
    assert (
        checked["application role"] == checked["append-only ledger_entry"] == checked["root key"] == "green"
    )
