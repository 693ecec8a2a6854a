"""Until when people are told (Art. 14(3)) and an authority answers (Art. 36(2)): told off on a calendar of others."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from aureole.kernel.errors import Refused
from aureole.privacy.informing.clock import tell_by
from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.clock import Clock, Pause
from aureole.privacy.law.limits import Duty, limit

_places = st.sampled_from([("DE", "BY"), ("DE", ""), ("GB", "SCT"), ("ES", "CT"), ("FR", ""), ("SE", "")])
_days = st.dates(min_value=date(2021, 1, 1), max_value=date(2040, 12, 31))
_stretches = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), max_size=4)


def _tell_by(day: date, country: str = "DE", part: str = "", **firsts: date | None) -> date:
    return tell_by(
        day, limit=limit(Duty.TELL, country, day), working_days=WorkingDays(country, part), **firsts
    )


def _consultation(day: date, country: str = "DE", part: str = "", **more: object) -> Clock:
    return Clock(
        received_on=day,
        limit=limit(Duty.CONSULT, country, day),
        working_days=WorkingDays(country, part),
        **more,  # type: ignore[arg-type]
    )


@cache
def _calendar(country: str, part: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=part or None)


def _next_working_day(day: date, country: str, part: str) -> date:
    official = _calendar(country, part)
    while not official.is_working_day(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize(
    ("obtained", "due", "country", "part"),
    [
        (date(2024, 3, 5), date(2024, 4, 5), "DE", ""),
        (date(2026, 8, 31), date(2026, 9, 30), "DE", ""),
        (date(2024, 9, 3), date(2024, 10, 3), "GB", "ENG"),
        (date(2024, 9, 3), date(2024, 10, 4), "DE", ""),  # 3 October is a holiday in Germany
        (date(2026, 3, 31), date(2026, 4, 30), "DE", ""),
        (date(2024, 11, 25), date(2024, 12, 27), "GB", "ENG"),  # Christmas and Boxing Day
    ],
)
def test_people_are_told_within_a_calendar_month(obtained: date, due: date, country: str, part: str) -> None:
    assert _tell_by(obtained, country, part) == due


def test_the_first_message_and_the_first_disclosure_come_before_the_month_and_never_lengthen_it() -> None:
    day = date(2026, 6, 1)
    assert _tell_by(day, first_message_on=date(2026, 6, 7)) == date(2026, 6, 7), "a Sunday stays one"
    assert _tell_by(day, first_disclosure_on=date(2026, 6, 5), first_message_on=date(2026, 6, 7)) == date(
        2026, 6, 5
    )
    assert _tell_by(day, first_message_on=date(2026, 9, 1)) == date(2026, 7, 1)


_firsts = st.none() | st.integers(0, 60)


@given(place=_places, day=_days, message=_firsts, disclosure=_firsts)
def test_whichever_comes_first_counts_on_any_day(
    place: tuple[str, str], day: date, message: int | None, disclosure: int | None
) -> None:
    moments = [None if n is None else day + timedelta(days=n) for n in (message, disclosure)]
    due = _tell_by(day, *place, first_message_on=moments[0], first_disclosure_on=moments[1])
    month = _next_working_day(day + relativedelta(months=1), *place)
    on_the_way = (day + timedelta(days=n) for n in range(70))
    assert due == next(one for one in on_the_way if one == month or one in moments)


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2026, 1, 5), date(2026, 3, 2), date(2026, 4, 13)),
        (date(2026, 2, 6), date(2026, 4, 7), date(2026, 5, 15)),  # Good Friday to Easter Monday
        (date(2026, 10, 30), date(2026, 12, 28), date(2027, 2, 5)),  # Christmas, a Friday, and the weekend
    ],
)
def test_an_authority_has_eight_weeks_and_six_more(received: date, due: date, extended: date) -> None:
    assert _consultation(received).due_on_strict == due
    assert _consultation(received, extended=True).due_on_strict == extended


def test_six_more_weeks_are_announced_within_a_month() -> None:
    assert _consultation(date(2026, 8, 31)).extend_until == date(2026, 9, 30)


@given(place=_places, day=_days, stretches=_stretches, extended=st.booleans(), running=st.booleans())
def test_the_time_stands_still_while_the_authority_waits(
    place: tuple[str, str], day: date, stretches: list[tuple[int, int]], extended: bool, running: bool
) -> None:
    today = day + timedelta(days=80)
    waits = [
        Pause(since=day + timedelta(days=begin), until=day + timedelta(days=begin + length))
        for begin, length in stretches
    ]
    if running:
        waits.append(Pause(since=day + timedelta(days=20), until=None))
    clock = _consultation(day, *place, extended=extended, pauses=waits)
    same_weekday = [
        one for one in (day + timedelta(days=n) for n in range(1, 150)) if one.weekday() == day.weekday()
    ]
    last, waited = same_weekday[13 if extended else 7], 0
    for one in (day + timedelta(days=n) for n in range(150)):
        stands_still = any(w.since <= one < (w.until or today) for w in waits)
        is_over = one > _next_working_day(last + timedelta(days=waited), *place)
        waited += stands_still and not is_over
    assert clock.due_on_strict == _next_working_day(last, *place)
    assert clock.due_on(today) == _next_working_day(last + timedelta(days=waited), *place)
    assert clock.days_left(today) == (clock.due_on(today) - today).days
    assert clock.extend_until == _next_working_day(day + relativedelta(months=1), *place)


def test_a_country_without_a_rule_on_file_is_refused_and_not_guessed() -> None:
    for duty in Duty:
        with pytest.raises(Refused, match="No rule is on file"):
            limit(duty, "XX", date(2026, 1, 1))
        with pytest.raises(Refused):
            limit(duty, "DE", date(2018, 5, 24))


def test_a_part_of_a_country_that_no_calendar_knows_has_the_holidays_of_the_country() -> None:
    assert WorkingDays("DE", "XX").is_day_off(date(2024, 10, 3))
    assert not WorkingDays("EU").is_day_off(date(2024, 10, 3)), "nowhere in particular: weekends only"
