"""Several erasures share one search for what is left; each has what was found of its own person, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure import proof
from aureole.privacy.erasure.several import carry_out_several, erase_several
from aureole.privacy.holds.actions.place_hold import place_hold
from aureole.privacy.models import Erasure, ErasureState
from aureole.privacy.rights.place import today
from aureole.testing.personas import Personas

OPERATOR = Actor.operator()
pytestmark = pytest.mark.django_db


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """What each search of the instance was for."""
    asked: list[Sequence[str]] = []
    real = proof.scan

    def scan(texts: Sequence[str], **options: Any) -> Any:
        asked.append(texts)
        return real(texts, **options)

    monkeypatch.setattr(proof, "scan", scan)
    return asked


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    (tmp_path / "logs").mkdir()
    settings.AUREOLE_HOME = str(tmp_path)
    return tmp_path


def _certified(outcomes: Sequence[Any]) -> list[list[str]]:
    assert all(verify(outcome.certificate).valid for outcome in outcomes)
    return [[place["place"] for place in outcome.residue["places"]] for outcome in outcomes]


def test_one_search_serves_all_and_each_certificate_names_its_own_places(
    personas: Personas, searches: list[Sequence[str]], home: Path
) -> None:
    ada, bo, held = personas.person("Ada Lindqvist"), personas.person("Bo Ek"), personas.person("Cy Dahl")
    place_hold(person_id=held.id, reason="A claim", review_on=today() + timedelta(days=30), by=OPERATOR)
    (home / "logs" / "copied.log").write_text("Ada Lindqvist")
    outcomes = erase_several([ada.id, bo.id, held.id], by=OPERATOR, reason="over")
    assert _certified(outcomes) == [["home folder: logs/copied.log"], []]
    assert len(searches) == 1 and {"Ada Lindqvist", "Bo Ek"} <= set(searches[0])
    assert list(Person.objects.all()) == [held]


def test_what_broke_off_goes_on_with_one_search_for_what_was_not_searched_yet(
    personas: Personas, searches: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [personas.person(name) for name in ("Ada Lindqvist", "Bo Ek", "Cy Dahl")]
    real = proof.certify

    def cut(erasure: Erasure, residue: Any = None) -> None:
        if erasure.person_id == people[1].id:
            raise RuntimeError("power cut")
        real(erasure, residue)

    monkeypatch.setattr(proof, "certify", cut)
    with pytest.raises(RuntimeError):
        erase_several([person.id for person in people], by=OPERATOR, reason="over")
    monkeypatch.setattr(proof, "certify", real)
    searches.clear()
    begun = Erasure.objects.order_by("created_at").values_list("pk", flat=True)
    assert _certified(carry_out_several(begun)) == [[], [], []]
    assert len(searches) == 1 and "Ada Lindqvist" not in searches[0]
    assert _certified(carry_out_several(begun)) == [[], [], []]
    assert set(Erasure.objects.values_list("state", flat=True)) == {ErasureState.DONE}
