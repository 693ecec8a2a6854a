"""When an answer is due: the cases that authorities publish, and a calendar that was not written by us."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.clock import Clock, Pause
from aureole.privacy.law.dated import table
from aureole.privacy.law.limits import Duty, age_of_consent, limit


def _clock(day: date, country: str = "DE", part: str = "", **more: object) -> Clock:
    return Clock(
        received_on=day,
        limit=limit(Duty.ANSWER, country, day),
        working_days=WorkingDays(country, part),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("received", "due", "country", "part"),
    [
        (date(2024, 3, 5), date(2024, 4, 5), "DE", ""),
        (date(2026, 8, 31), date(2026, 9, 30), "DE", ""),
        (date(2026, 3, 31), date(2026, 4, 30), "DE", ""),
        (date(2024, 9, 3), date(2024, 10, 4), "DE", ""),  # 3 October is a holiday in Germany
        (date(2024, 9, 3), date(2024, 10, 3), "GB", "ENG"),
        (date(2019, 11, 25), date(2019, 12, 27), "DE", ""),  # two days of Christmas
        (date(2024, 11, 25), date(2024, 12, 27), "GB", "ENG"),  # Christmas and Boxing Day
        (date(2024, 1, 30), date(2024, 2, 29), "FR", ""),  # a leap year
        (date(2025, 1, 31), date(2025, 2, 28), "FR", ""),
        (date(2026, 5, 6), date(2026, 6, 8), "DE", ""),  # 6 June is a Saturday
        (date(2026, 10, 6), date(2026, 11, 6), "DE", "BY"),
        (date(2027, 10, 1), date(2027, 11, 2), "DE", "BY"),  # All Saints, a Monday, in Bavaria
        (date(2027, 10, 1), date(2027, 11, 1), "DE", "BE"),
        (date(2026, 12, 1), date(2027, 1, 4), "DE", ""),  # New Year, a Friday, and the weekend
    ],
)
def test_an_answer_is_due_on_the_same_day_of_the_next_month_or_the_next_working_day(
    received: date, due: date, country: str, part: str
) -> None:
    clock = _clock(received, country, part)
    assert clock.due_on_strict == due
    assert clock.due_on(received) == due


def test_an_extension_gives_two_more_months_and_must_be_told_inside_the_first() -> None:
    clock = _clock(date(2026, 8, 31), extended=True)
    assert clock.due_on_strict == date(2026, 11, 30)
    assert clock.extend_until == date(2026, 9, 30)


def test_a_pause_moves_the_date_by_its_days_and_the_strict_one_stays() -> None:
    pause = Pause(since=date(2026, 3, 10), until=date(2026, 3, 17))
    clock = _clock(date(2026, 3, 5), pauses=[pause])
    assert clock.due_on_strict == date(2026, 4, 7), "5 April 2026 is Easter Sunday, 6 April Easter Monday"
    assert clock.due_on(date(2026, 3, 20)) == date(2026, 4, 13), "12 April is a Sunday"


def test_a_pause_that_runs_moves_the_date_day_by_day() -> None:
    clock = _clock(date(2026, 6, 1), pauses=[Pause(since=date(2026, 6, 8), until=None)])
    assert clock.due_on(date(2026, 6, 8)) == date(2026, 7, 1)
    assert clock.due_on(date(2026, 6, 10)) == date(2026, 7, 3)


def test_days_in_two_pauses_count_once() -> None:
    both = [
        Pause(since=date(2026, 6, 8), until=date(2026, 6, 12)),
        Pause(since=date(2026, 6, 10), until=date(2026, 6, 14)),
    ]
    assert _clock(date(2026, 6, 1), pauses=both).paused_days(date(2026, 6, 30)) == 6


def test_what_is_asked_once_the_time_is_over_stops_nothing() -> None:
    late = Pause(since=date(2026, 7, 2), until=date(2026, 7, 9))
    clock = _clock(date(2026, 6, 1), pauses=[late])
    assert (clock.due_on(date(2026, 7, 10)), clock.days_left(date(2026, 7, 10))) == (date(2026, 7, 1), -9)
    on_the_last_day = Pause(since=date(2026, 7, 1), until=date(2026, 7, 9))
    assert _clock(date(2026, 6, 1), pauses=[on_the_last_day]).due_on(date(2026, 7, 10)) == date(2026, 7, 9)


def test_the_age_of_consent_is_that_of_its_day() -> None:
    assert age_of_consent("DK", date(2023, 12, 31)).years == 13
    assert age_of_consent("DK", date(2024, 1, 1)).years == 15
    germany, ireland = (age_of_consent(country, date(2026, 1, 1)) for country in ("DE", "IE"))
    assert (germany.years, germany.law) == (16, "GDPR Art. 8(1)"), "no act of its own"
    assert (ireland.years, ireland.law) == (16, "GDPR Art. 8(1); Data Protection Act 2018 s. 31")
    for line in table("children_ages")["age"]:
        assert set(line["acts"]) == set(line["countries"]), "each country with what sets its age"


_countries = st.sampled_from(["DE", "FR", "ES", "GB", "SE", "IT", "PL", "IE"])
_days = st.dates(min_value=date(2021, 1, 1), max_value=date(2040, 12, 31))


@given(country=_countries, day=_days, extended=st.booleans(), paused=st.integers(0, 60))
def test_a_calendar_of_others_gives_the_same_dates(
    country: str, day: date, extended: bool, paused: int
) -> None:
    pauses = [Pause(since=day, until=day + timedelta(days=paused))]
    clock = _clock(day, country, extended=extended, pauses=pauses)
    expected = day + relativedelta(months=3 if extended else 1) + timedelta(days=paused)
    official = holidays.country_holidays(country)
    while not official.is_working_day(expected):
        expected += timedelta(days=1)
    assert clock.due_on(day + timedelta(days=paused)) == expected
    assert clock.due_on_strict <= expected
    assert not WorkingDays(country).is_day_off(clock.due_on_strict)


_parts = st.sampled_from([("DE", "BY"), ("DE", "SN"), ("DE", ""), ("GB", "SCT"), ("ES", "CT"), ("FR", "")])
_stretches = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=4)


@given(place=_parts, day=_days, stretches=_stretches, extended=st.booleans(), running=st.booleans())
def test_any_pauses_move_the_date_by_the_days_in_them_and_never_the_strict_one(
    place: tuple[str, str], day: date, stretches: list[tuple[int, int]], extended: bool, running: bool
) -> None:
    """Days are told off on a calendar, one by one, by an oracle that adds and subtracts nothing."""
    today = day + timedelta(days=35)
    pauses = [
        Pause(since=day + timedelta(days=begin), until=day + timedelta(days=begin + length))
        for begin, length in stretches
    ]
    if running:
        pauses.append(Pause(since=day + timedelta(days=20), until=None))
    clock = _clock(day, *place, extended=extended, pauses=pauses)
    official = holidays.country_holidays(place[0], subdiv=place[1] or None)

    def end(months: int, days: int) -> date:
        expected = day + relativedelta(months=months) + timedelta(days=days)
        while not official.is_working_day(expected):
            expected += timedelta(days=1)
        return expected

    months, waited = 3 if extended else 1, 0
    for one in (day + timedelta(days=n) for n in range(120)):
        stands_still = any(p.since <= one < (p.until or today) for p in pauses)
        waited += stands_still and one <= end(months, waited)  # once it is over, nothing stops it
    assert (clock.due_on_strict, clock.due_on(today)) == (end(months, 0), end(months, waited))
    assert clock.extend_until == end(1, 0)
    assert clock.due_on_strict <= clock.due_on(today)
    assert clock.days_left(today) == (clock.due_on(today) - today).days


@given(place=_parts, day=_days)
def test_a_month_is_the_same_numbered_day_or_the_last_one_and_never_thirty_days(
    place: tuple[str, str], day: date
) -> None:
    due = _clock(day, *place).due_on_strict
    same = [one for one in (day + timedelta(days=n) for n in range(28, 32)) if one.day == day.day]
    wanted = same[0] if same else (day.replace(day=1) + relativedelta(months=2)) - timedelta(days=1)
    assert wanted <= due <= wanted + timedelta(days=6), "moved by days off only, and only onwards"
    assert all(WorkingDays(*place).is_day_off(wanted + timedelta(days=n)) for n in range((due - wanted).days))
