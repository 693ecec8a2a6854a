from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.audit import audit_and_record
from aureole.ledger.checkpoints import bring_up_to_date
from aureole.ledger.models import Audit, Entry
from aureole.ledger.witnesses.showing import show_to_witnesses
from aureole.privacy.rights.actions.open_request import open_request
from aureole.testing.personas import Personas
from aureole.web import metrics

LINE = re.compile(r'aureole_[a-z_]+(\{[a-z]+="[a-z._]+"(,[a-z]+="[a-z._]+")*\})? -?\d+(\.\d+)?')


@pytest.fixture(autouse=True)
def _not_published(settings: Any) -> None:
    settings.AUREOLE_BASE_URL, settings.AUREOLE_METRICS_TOKEN = "http://localhost:8000", ""


def _values() -> dict[str, float]:
    text = Client().get("/metrics").content.decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_it_is_open_metrics_with_codes_and_numbers_only(personas: Personas) -> None:
    personas.ticket(personas.person("Ada Lindqvist"))
    answer = Client().get("/metrics")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    *lines, end = answer.content.decode().splitlines()
    assert end == "# EOF"
    for line in lines:
        assert line.startswith(("# TYPE aureole_", "# HELP aureole_")) or LINE.fullmatch(line), line


def test_it_counts_requests_the_log_and_jobs(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist")
    with clock.at(now() - timedelta(days=60)):
        open_request(kind="access", person_id=ada.id, channel="cli", by=Actor.operator())
    open_request(kind="erasure", person_id=ada.id, channel="cli", by=Actor.operator())
    values = _values()
    assert values['aureole_requests_open{kind="access"}'] == 1
    assert values['aureole_requests_open{kind="review"}'] == 0
    assert values["aureole_requests_overdue"] == 1
    assert values["aureole_ledger_entries"] == values["aureole_ledger_unplaced"] == Entry.objects.count()
    assert values['aureole_jobs{queue="default",status="todo"}'] > 0
    assert "aureole_ledger_audit_ok" not in values, "not verified yet is not the same as whole"
    bring_up_to_date()
    audit_and_record()
    values = _values()
    assert (values["aureole_ledger_audit_ok"], values["aureole_ledger_unplaced"]) == (1, 0)
    Audit.objects.update(unjudged=1)
    assert (_values()["aureole_ledger_audit_ok"], _values()["aureole_ledger_audit_unjudged"]) == (1, 1)
    Audit.objects.update(problems=[["2026-11", 3]], at=now() - timedelta(hours=2))
    values = _values()
    assert values["aureole_ledger_audit_ok"] == 0
    assert values["aureole_ledger_audit_age_seconds"] == pytest.approx(7200, abs=30)


def test_it_tells_of_witnesses(personas: Personas, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "away").write_text("a file where the folder should be")
    settings.AUREOLE_LEDGER_WITNESSES = ((tmp_path / "away").as_uri(), tmp_path.as_uri())
    personas.person()
    with clock.at(now() - timedelta(hours=2)):
        bring_up_to_date()
        show_to_witnesses()
    for month in tmp_path.glob("*/latest.checkpoint"):
        month.write_text("damaged")
    personas.person()
    bring_up_to_date()
    show_to_witnesses()
    names = ("", "_silent", "_refusing")
    assert [_values()[f"aureole_ledger_witnesses{name}"] for name in names] == [2, 1, 1]


def test_what_is_down_is_said_and_the_rest_still_told(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = _values()
    assert (values['aureole_store_up{store="keys"}'], values["aureole_root_key_up"]) == (1, 1)
    monkeypatch.setattr(metrics, "answers", lambda alias: alias == "data")
    values = _values()
    assert (values['aureole_store_up{store="data"}'], values['aureole_store_up{store="keys"}']) == (0, 0)
    assert values["aureole_root_key_up"] == 0
    assert "aureole_ledger_entries" not in values


@pytest.mark.parametrize(
    ("base_url", "sent", "status"),
    [
        ("http://localhost:8000", {}, 200),
        ("http://127.0.0.1:8000", {}, 200),
        ("http://localhost:8000", {"REMOTE_ADDR": "192.0.2.7"}, 404),
        ("http://localhost:8000", {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 404),
        ("https://desk.example.org", {}, 404),
    ],
)
def test_without_a_token_only_this_machine_and_only_unpublished(
    personas: Personas, settings: Any, base_url: str, sent: dict[str, str], status: int
) -> None:
    settings.AUREOLE_BASE_URL = base_url
    assert Client().get("/metrics", **sent).status_code == status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "status"), [("Bearer s3cret-word", 200), ("Bearer s3cret", 404), ("s3cret-word", 404), ("", 404)]
)
def test_with_a_token_only_who_sends_it(personas: Personas, settings: Any, sent: str, status: int) -> None:
    settings.AUREOLE_METRICS_TOKEN, settings.AUREOLE_BASE_URL = "s3cret-word", "https://desk.example.org"
    assert Client().get("/metrics", headers={"Authorization": sent}).status_code == status
