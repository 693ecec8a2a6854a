"""Months and working days as statutes count them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

_SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """The same-numbered day that many months later; where that month has none, its last day."""
    ordinal = day.year * 12 + day.month - 1 + months
    year, month = divmod(ordinal, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Days on which a controller in that country (ISO 3166-1) and part of it (ISO 3166-2, or "") works.

    Saturdays, Sundays and public holidays are days off (Regulation 1182/71 Art. 2, 3(4)). A part the
    holiday library does not know has the holidays of its country, a country it does not know weekends only: a date
    can then only come too early.
    """

    country: str
    part: str = ""

    def is_day_off(self, day: date) -> bool:
        return day.weekday() >= _SATURDAY or day in _holidays(self.country, self.part, day.year)

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day after it."""
        while self.is_day_off(day):
            day += timedelta(days=1)
        return day


@cache
def _holidays(country: str, part: str, year: int) -> frozenset[date]:
    import holidays  # large, and few processes count working days

    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=year)
    except NotImplementedError:
        return _holidays(country, "", year) if part else frozenset()
    return frozenset(found)
