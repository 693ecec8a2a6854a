"""Holds, mail, answers, consents, exports and other erasures that come between any two transactions of an erasure.

Here at some moments; `make drill` takes every one there is (tests/drills/test_meetings.py).
"""

from __future__ import annotations

import pytest

from aureole.testing.meetings import MEETINGS, Encounter, all_at_once, at_every_moment

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("transactional_db")]


@pytest.mark.parametrize("encounter", MEETINGS, ids=lambda encounter: encounter.name)
def test_an_erasure_meets(encounter: Encounter, monkeypatch: pytest.MonkeyPatch) -> None:
    met = at_every_moment(encounter, monkeypatch, stride=5, first=encounter.first)
    assert len(met) >= 3, f"only {len(met)} moments"


def test_everybody_at_once_loses_nothing_and_brings_nobody_back() -> None:
    assert all_at_once(seed=20, rounds=3) > 3
