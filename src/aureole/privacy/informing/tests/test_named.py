"""A recipient who is somebody themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.erasure.plan import make_plan
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.export.package import export_person
from aureole.privacy.export.tests.story import Package
from aureole.privacy.informing.actions.name_recipient import name_recipient
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.named import NAMES, REASONS
from aureole.privacy.models import Disclosure
from aureole.privacy.replay.run import replay
from aureole.search.models import SearchEntry
from aureole.search.rebuild import rebuild
from aureole.testing.personas import Personas
from aureole.testing.yesterday import dumped, restored
from aureole.vault.unlock import unlock

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OPERATOR = Actor.operator()


@pytest.fixture
def vera(personas: Personas) -> Person:
    return personas.person("Vera Lie", "vera@lie.example")


@pytest.fixture
def noted(personas: Personas, vera: Person) -> list[Disclosure]:
    """What is noted of Bo, whose data went to her; and why somebody who got Ada's cannot be named."""
    bo, ada = personas.person("Bo Ek", "bo@ek.example"), personas.person()
    unnamed = {"unnamed": "unknown", "why": "Vera Lie does not remember whom she asked"}
    note_disclosure(person_id=ada.id, to="carrier", by=OPERATOR, **unnamed)
    late = note_disclosure(person_id=ada.id, to="adviser", by=OPERATOR, **unnamed)
    name_recipient(disclosure_id=late.id, name="Advokat Moe", by=OPERATOR)
    note_disclosure(person_id=bo.id, to="person", name="the neighbour Vera Lie, with Siv Moe", by=OPERATOR)
    return list(Disclosure.objects.order_by("noted_at"))


def _said() -> list[tuple[str, str, str]]:
    rows = unlock(Disclosure.objects.order_by("noted_at"))
    return [(row.to, str(row.name or ""), str(row.why or "")) for row in rows]


def test_is_told_that_data_went_to_them_and_not_whose(
    noted: list[Disclosure], vera: Person, personas: Personas, tmp_path: Path
) -> None:
    export_person(vera.id, tmp_path / "vera.zip", by=OPERATOR)
    package = Package(tmp_path / "vera.zip")
    [row] = package.rows("privacy_disclosure.name")
    day = noted[-1].disclosed_on.isoformat()
    assert row == {
        "id": str(noted[-1].id), "disclosed_on": day, "name": "Vera Lie", "to": "a private person"
    }  # fmt: skip
    assert "Data of somebody else that went to you" in package.text("letter.txt")
    assert "Siv" not in package.everything() and "Bo Ek" not in package.everything()
    personas.person("Vera Lie", "other@lie.example")
    export_person(vera.id, tmp_path / "again.zip", by=OPERATOR)
    assert "data/privacy_disclosure.name.jsonl" not in Package(tmp_path / "again.zip").entries, (
        "which of them?"
    )


def test_is_blacked_out_when_erased_also_after_a_restore_and_somebody_stays_noted(
    noted: list[Disclosure], vera: Person
) -> None:
    SearchEntry.objects.filter(kind="disclosure").delete()
    rebuild(lambda rows: None)
    assert {(one.place, one.count) for one in make_plan(vera.id).erase} >= {(NAMES, 1), (REASONS, 1)}
    before = dumped()
    erase_person(vera.id, by=OPERATOR, reason="asked")
    blacked_out = [
        ("carrier", "", "[erased person] does not remember whom she asked"),
        ("adviser", "Advokat Moe", ""),
        ("person", "the neighbour [erased person], with Siv Moe", ""),
    ]
    assert _said() == blacked_out
    restored(before)
    assert "Vera Lie" in _said()[0][2], "the backup names her"
    replay(None)
    assert _said() == blacked_out
