"""What may come between two transactions of an erasure, at every one there is; and everybody at once, by chance.

A minute or two; `make drill`.
"""

from __future__ import annotations

import secrets
import time

import pytest

from aureole.testing.meetings import MEETINGS, Encounter, all_at_once, at_every_moment

pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("transactional_db")]


@pytest.mark.parametrize("encounter", MEETINGS, ids=lambda encounter: encounter.name)
def test_an_erasure_meets_at_every_moment(
    encounter: Encounter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    met = at_every_moment(encounter, monkeypatch)
    assert len(met) >= 15, f"only {len(met)} moments"
    with capsys.disabled():
        print(f"\n  {encounter.name}: {len(met)} moments in {time.monotonic() - begun:.0f} s", end=" ")


def test_everybody_at_once_by_chance(capsys: pytest.CaptureFixture[str]) -> None:
    seed, rounds = secrets.randbelow(1_000_000), 20
    done = all_at_once(seed, rounds)
    assert done > rounds
    with capsys.disabled():
        print(f"\n  everybody at once: {rounds} rounds with seed {seed}, {done} acts done", end=" ")
