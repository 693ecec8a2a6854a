from __future__ import annotations

import json
import uuid
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from aureole.ops.cli.commands import search
from aureole.search.find import Page
from aureole.search.sources import Hit

HIT = Hit(
    kind="message", id=uuid.UUID(int=1), ticket=42, person=uuid.UUID(int=2), person_name="Ada Lovelace",
    title="Broken", text="the engine is broken", at=datetime(2026, 3, 1, tzinfo=UTC),
    excerpt="the engine is broken", marks=((4, 10),),
)  # fmt: skip


def run(monkeypatch: pytest.MonkeyPatch, page: Page, *words: str) -> str:
    app = typer.Typer()
    search.register(app)
    monkeypatch.setattr("aureole.ops.instance.instance", nullcontext)
    monkeypatch.setattr("aureole.search.find.find", lambda text, **more: page)
    result = CliRunner().invoke(app, ["search", *words])
    assert result.exit_code == 0
    return result.output


def test_scripts_get_one_document_with_plain_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(hits=(HIT,), next="more", capped_count=7)
    told = json.loads(run(monkeypatch, page, "engine", "--json"))
    assert told["next"] == "more"
    assert {key: told["hits"][0][key] for key in ("kind", "id", "ticket", "person", "excerpt")} == {
        "kind": "message",
        "id": str(HIT.id),
        "ticket": 42,
        "person": str(HIT.person),
        "excerpt": "the engine is broken",
    }


def test_people_get_lines_and_are_told_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(monkeypatch, Page(hits=(HIT,), next="more", capped_count=1001), "engine")
    assert "#42  Ada Lovelace  2026-03-01" in said
    assert "1 of 1000+. More: --after more" in said


def test_finding_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, Page(hits=(), next=None, capped_count=0), "engine").strip() == "Nothing found."
