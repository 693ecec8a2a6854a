"""72 hours from awareness, told off hour by hour; weekends, holidays and summer time do not stop them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aureole.kernel.errors import Refused
from aureole.privacy.breaches.clock import BreachClock
from aureole.privacy.law.limits import Duty, limit

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("noticed", "due"),
    [
        ((2026, 11, 20, 17, 30), (2026, 11, 23, 17, 30)),  # a Friday evening: Monday evening
        ((2026, 12, 24, 9, 0), (2026, 12, 27, 9, 0)),  # Christmas and a Sunday
        ((2026, 3, 27, 12, 0), (2026, 3, 30, 13, 0)),  # the night that loses an hour
        ((2026, 10, 23, 12, 0), (2026, 10, 26, 11, 0)),  # the night that has one twice
        ((2026, 12, 30, 0, 0), (2027, 1, 2, 0, 0)),
        ((2028, 2, 27, 8, 0), (2028, 3, 1, 8, 0)),  # a leap year
    ],
)
def test_the_hours_run_over_every_day_there_is(noticed: tuple[int, ...], due: tuple[int, ...]) -> None:
    clock = BreachClock(noticed_at=datetime(*noticed, tzinfo=BERLIN), hours=72)  # type: ignore[misc,arg-type]
    assert clock.due_at == datetime(*due, tzinfo=BERLIN)  # type: ignore[misc,arg-type]


@given(
    noticed=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)),
    zone=st.sampled_from(["Europe/Berlin", "Europe/London", "Europe/Lisbon", "Atlantic/Azores", "UTC"]),
)
def test_a_watch_that_is_moved_on_hour_by_hour_shows_the_same(noticed: datetime, zone: str) -> None:
    began = noticed.replace(tzinfo=ZoneInfo(zone))
    watch, told = began.astimezone(UTC), 0
    while told < 72:
        watch, told = watch + timedelta(minutes=60), told + 1
    clock = BreachClock(noticed_at=began, hours=72)
    assert clock.due_at == watch
    assert not clock.is_late(watch) and clock.is_late(watch + timedelta(seconds=1))
    assert clock.left(watch - timedelta(hours=5)) == timedelta(hours=5)


def test_a_processor_has_no_hours_to_wait() -> None:
    clock = BreachClock(noticed_at=datetime(2026, 11, 20, tzinfo=UTC), hours=None)
    assert clock.due_at is None and clock.left(datetime.now(UTC)) is None
    assert not clock.is_late(datetime(2036, 1, 1, tzinfo=UTC))


def test_the_hours_are_those_of_the_controllers_law_on_that_day() -> None:
    assert limit(Duty.NOTIFY, "DE", date(2026, 11, 26)).within.hours == 72
    assert limit(Duty.NOTIFY, "GB", date(2026, 11, 26)).law == "UK GDPR"
    for country, day in (("DE", date(2018, 5, 24)), ("GB", date(2020, 12, 31)), ("US", date(2026, 1, 1))):
        with pytest.raises(Refused) as refused:
            limit(Duty.NOTIFY, country, day)
        assert refused.value.code == "law_unknown"
