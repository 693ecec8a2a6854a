from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from aureole.channels.email.actions.receive_mail import receive_mail
from aureole.channels.email.models import InboundMail
from aureole.ops.cli.commands import mail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aureole.ops.instance.instance", nullcontext)


def run(*words: str) -> Any:
    app = typer.Typer()
    mail.register(app)
    app.command("other")(lambda: None)
    return CliRunner().invoke(app, ["mail", *words])


def test_ingesting_answers_with_counts_that_add_up(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@x.example\r\nSubject: A\r\n\r\nHi")
    (tmp_path / "b.eml").write_bytes(b"From: a@x.example\r\nSubject: A\r\n\r\nHi")
    (tmp_path / "c.eml").write_bytes(b"Subject: nobody\r\n\r\nHi")
    told = json.loads(run("ingest", str(tmp_path), "--json").stdout)
    counts = {key: value for key, value in told.items() if key != "results"}
    assert counts == {
        "read": 3, "accepted": 1, "duplicates": 1, "quarantined": 1, "tickets_created": 1, "messages_created": 1,
    }  # fmt: skip
    assert [set(result) for result in told["results"]] == [
        {"path", "outcome", "ticket", "message", "reason"}
    ] * 3
    assert [r["outcome"] for r in told["results"]] == ["accepted", "duplicate", "quarantined"]
    assert told["results"][0]["ticket"] == told["results"][1]["ticket"]
    assert told["results"][2]["reason"] == "no_sender"


def test_people_are_told_what_was_set_apart(tmp_path: Path) -> None:
    (tmp_path / "c.eml").write_bytes(b"Subject: nobody\r\n\r\nHi")
    said = run("ingest", str(tmp_path)).stdout
    assert "1 read: 0 accepted, 0 here already, 1 set apart." in said
    assert "(no_sender)" in said


def test_the_quarantine_can_be_listed_shown_and_retried() -> None:
    receive_mail(raw=b"Subject: nobody\r\n\r\nHi there")
    found = InboundMail.objects.get()
    listed = json.loads(run("quarantine", "list", "--json").stdout)["mails"]
    assert [(m["id"], m["reason"], m["attempts"]) for m in listed] == [(str(found.id), "no_sender", 1)]
    assert "Hi there" not in run("quarantine", "list").stdout
    assert "Hi there" in run("quarantine", "show", str(found.id)).stdout
    retried = json.loads(run("quarantine", "retry", "--all", "--json").stdout)
    assert (retried["retried"], retried["accepted"], retried["mails"][0]["attempts"]) == (1, 0, 2)


def test_a_retry_of_nothing_in_particular_is_wrong_usage() -> None:
    assert run("quarantine", "retry").exit_code == 2
    assert run("outbox", "retry", "no-id").exit_code == 2


def test_an_empty_outbox_says_so() -> None:
    assert "Nothing waits" in run("outbox", "list").stdout
