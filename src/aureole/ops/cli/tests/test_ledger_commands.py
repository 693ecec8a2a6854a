"""`aureole ledger …`: an operator's and an auditor's way to the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from aureole.kernel.errors import Refused
from aureole.ledger import verifier
from aureole.ledger.models import Audit
from aureole.ops import standing
from aureole.ops.cli import entry
from aureole.testing.personas import Personas


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def this_database(*, sound: bool = True) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(env=None)

    monkeypatch.setattr("aureole.ops.instance.instance", this_database)
    monkeypatch.setattr(standing, "troubles", lambda env: iter(()))


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = entry.run(["ledger", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_what_was_done_to_the_log_is_named_also_where_the_instance_stays_closed(
    here: None, personas: Personas, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, settings: Any,
) -> None:  # fmt: skip
    personas.ticket()
    settings.AUREOLE_LEDGER_WITNESSES = (f"file://{tmp_path}/witness",)
    code, shown = _run(capsys, "witness")
    assert (code, list(shown["witnesses"])) == (0, ["folder"])
    kept = next(tmp_path.glob("witness/*/latest.checkpoint"))
    saved_again = kept.with_name("saved again")
    saved_again.write_text(f"\ufeff{kept.read_text()}")  # as editors do
    code, held = _run(capsys, "verify", "--checkpoint", str(saved_again))
    assert (code, held["ok"], held["problems"], held["closed"]) == (0, True, [], None)
    assert held["hashes"] == 1, "what lies beside a checkpoint is read too"
    assert _run(capsys, "checkpoint", "--out", str(tmp_path / "mine"), "--hashes")[1]["hashes"].startswith(
        str(tmp_path / "20")
    )
    changed = tmp_path / "changed"
    changed.write_text(kept.read_text().replace("\n—", "x\n—", 1))
    assert entry.run(["ledger", "verify", "--checkpoint", str(changed)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("The log holds") and f"Could not be judged: {changed}." in told
    last = Audit.objects.latest("at")
    assert (last.problems, last.unjudged) == ([], 1), "of the log nothing was found"
    changed.write_text(kept.read_text().replace("/", "x/", 1))
    code, other = _run(capsys, "verify", "--checkpoint", str(changed), "--checkpoint", str(kept))
    assert (code, other["ok"], other["unjudged"]) == (1, False, []), "a signed one always says something"
    personas.ticket()
    code, grown = _run(capsys, "growth", str(kept), "--out", str(tmp_path))
    pair = ["--older", str(kept), "--newer", grown["newer"], "--proof", grown["proof"]]
    assert (code, verifier.main([*pair, "--log-key", grown["key"]])) == (0, 0)
    Path(grown["proof"]).write_text("")
    assert verifier.main([*pair, "--log-key", grown["key"]]) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("cosignature", "entry_detail", "entry", "leaf", "node", "checkpoint", "shard"):
            cursor.execute(f"DELETE FROM ledger_{table}")
        cursor.execute("SET session_replication_role = origin")
    sentence = "The data is older than the last erasures."
    monkeypatch.setattr(standing, "troubles", lambda env: iter([Refused("data.older", sentence)]))
    code, gone = _run(capsys, "verify", "--checkpoint", str(kept))
    assert (code, gone["closed"], Audit.objects.count()) == (1, sentence, 3)
    assert "is of a month this log does not have" in gone["problems"][0]["problem"]


def test_a_file_that_is_no_checkpoint_is_named_whatever_is_in_it(
    here: None, db: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = tmp_path / "given"
    for content in (b"one long line " * 30, bytes(range(256)), b""):
        given.write_bytes(content)
        code, told = _run(capsys, "verify", "--checkpoint", str(given))
        assert (code, told["ok"], told["problems"]) == (1, False, [])
        assert [one["file"] for one in told["unjudged"]] == [str(given)]


def test_an_entry_past_the_log_sends_nobody_to_fetch_a_file(
    here: None, personas: Personas, capsys: pytest.CaptureFixture[str]
) -> None:
    personas.ticket()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_unplaced")
    assert entry.run(["ledger", "verify"]) == 1
    told = capsys.readouterr().out
    assert "was put in past the log" in told and "Get the file anew" not in told
