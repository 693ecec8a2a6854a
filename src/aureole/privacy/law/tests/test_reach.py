"""Inside the EEA, found adequate, or neither, on a day."""

from __future__ import annotations

from datetime import date

import pytest

from aureole.privacy.law.reach import Reach, standing_of

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("country", "day", "reach"),
    [
        ("DE", TODAY, Reach.INSIDE),
        ("NO", TODAY, Reach.INSIDE),
        ("CH", TODAY, Reach.ADEQUATE),
        ("BR", date(2026, 1, 25), Reach.THIRD),
        ("BR", date(2026, 1, 26), Reach.ADEQUATE),
        ("GB", date(2031, 12, 28), Reach.THIRD),
        ("IN", TODAY, Reach.THIRD),
        ("", TODAY, Reach.UNKNOWN),
    ],
)
def test_where_a_receiver_stands_depends_on_the_country_and_the_day(
    country: str, day: date, reach: Reach
) -> None:
    assert standing_of(country, day).reach is reach


def test_a_decision_says_its_source_and_for_whom_it_holds() -> None:
    found = standing_of("US", TODAY)
    assert found.source and "Data Privacy Framework" in found.limits
