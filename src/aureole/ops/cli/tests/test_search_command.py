from __future__ import annotations

import json
import uuid
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from aureole.kernel.errors import Refused
from aureole.ops.cli.commands import search
from aureole.search.find import Page
from aureole.search.sources import Hit
from aureole.testing.personas import Personas

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
    monkeypatch.setattr("aureole.search.noting.note_shown", lambda hits, by: None)
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


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, BaseException | None]:
    """As typed, against the test database."""
    app = typer.Typer()
    search.register(app)
    monkeypatch.setattr("aureole.ops.instance.instance", nullcontext)
    result = CliRunner().invoke(app, ["search", *words])
    return result.exit_code, result.output, result.exception


def test_filters_reach_the_search(personas: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    ticket = personas.ticket(ada, text="The sleeve tore.")
    today = f"{ticket.created_at:%Y-%m-%d}"
    asked = (
        "sleeve",
        "--status",
        "open",
        "--person",
        "ADA@brevduva.example",
        "--from",
        today,
        "--to",
        today,
        "--json",
    )
    told = json.loads(command(monkeypatch, *asked)[1])
    assert [hit["ticket"] for hit in told["hits"]] == [ticket.number]
    assert json.loads(command(monkeypatch, "sleeve", "--status", "closed", "--json")[1])["hits"] == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("--status", "lost"), "status_unknown"),
        (("--team", "Nobody"), "team_unknown"),
        (("--person", "x@y.example"), "person_not_found"),
    ],
)
def test_a_filter_that_fits_nothing_there_is_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], code: str
) -> None:
    trouble = command(monkeypatch, "sleeve", *asked)[2]
    assert isinstance(trouble, Refused)
    assert trouble.code == code


def test_a_rotation_is_begun_and_told_of(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "A new key is used from" in command(monkeypatch, "rotate", "--index", "words")[1]
    told = json.loads(command(monkeypatch, "status", "--json")[1])["indexes"]
    assert [(index["index"], len(index["keys"])) for index in told] == [("words", 2), ("addresses", 1)]
    assert isinstance(command(monkeypatch, "rotate")[2], Refused)


def test_a_rebuild_tells_how_many_rows_it_indexed(
    personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    personas.ticket()
    told = json.loads(command(monkeypatch, "rebuild", "--json")[1])
    assert told == {"rows": 3, "indexed": 3}


def test_words_that_are_commands_here_are_found_with_find_before_them(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, "find", "rotate")[1].strip() == "Nothing found."
