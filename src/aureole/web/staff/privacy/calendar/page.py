"""A month of days with what falls due, begins or ends on each."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.kernel.errors import NotFound
from aureole.privacy.rights.place import today, working_days
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.calendar.entries import Happening, Stretch, entries_between
from aureole.web.staff.privacy.frame import frame_context

_FARTHEST = 1200  # months from now: a calendar beyond that answers no question
_LINES, _BANDS = 6, 3  # what a day shows at once; the rest of its lines is behind one click


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A stretch on one of its days; its words stand where it begins and at each week's beginning."""

    look: str
    words: str
    href: str
    is_said: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    day: date
    is_in_month: bool
    is_today: bool
    is_off: bool
    happenings: tuple[Happening, ...]
    bands: tuple[Band, ...]

    @property
    def lines(self) -> tuple[Happening | Band, ...]:
        """What is late first, clocks that stand still last."""
        said = (band for band in self.bands if band.is_said)
        return (*sorted(self.happenings, key=lambda one: not one.is_late), *said)

    @property
    def shown(self) -> tuple[Happening | Band, ...]:
        return self.lines[:_LINES] if self.folded else self.lines

    @property
    def folded(self) -> tuple[Happening | Band, ...]:
        """Never one line alone: it takes the room of the words that would unfold it."""
        return self.lines[_LINES:] if len(self.lines) > _LINES + 1 else ()

    @property
    def drawn_bands(self) -> tuple[Band, ...]:
        return self.bands[:_BANDS]

    @property
    def is_bare(self) -> bool:
        """Nothing stands on it in words: a narrow window leaves it out."""
        return not self.lines


@require_safe
def show_calendar(request: HttpRequest) -> HttpResponse:
    """?month=2026-11; this month without it. What waits further back or ahead is one link away."""
    actor = actor_of(request)
    require(actor, "rights.read")
    first = _month(request.GET.get("month", ""))
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    every = list(entries_between(first, last, reader=actor))
    shown = [one for one in every if isinstance(one, Happening)]
    bands = [one for one in every if isinstance(one, Stretch)]
    context = {
        "month": date_format(first, "F Y"),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{last + timedelta(days=1):%Y-%m}",
        "is_this_month": first == today().replace(day=1),
        "sentence": _sentence(shown, first),
        "has_bands": bool(bands),
        "weekdays": [date_format(date(2024, 1, n), "D") for n in range(1, 8)],
        "weeks": _weeks(first, shown, bands),
    }
    return render(request, "privacy/calendar/month.html", frame_context(actor, "calendar") | context)


def _month(text: str) -> date:
    now = today().replace(day=1)
    if not text:
        return now
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise _unknown() from None
    if abs((month.year - now.year) * 12 + month.month - now.month) > _FARTHEST:
        raise _unknown()
    return month


def _unknown() -> NotFound:
    return NotFound(
        "month_unknown", "There is no such month here. A month is written as 2026-03, near enough to today."
    )


def _weeks(first: date, shown: Sequence[Happening], bands: Sequence[Stretch]) -> list[list[Day]]:
    by_day: dict[date, list[Happening]] = defaultdict(list)
    for happening in shown:
        by_day[happening.day].append(happening)
    working, now = working_days(), today()
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [
            Day(
                day=day,
                is_in_month=day.month == first.month,
                is_today=day == now,
                is_off=working.is_day_off(day),
                happenings=tuple(by_day.get(day, ())),
                bands=_bands(day, bands) if day.month == first.month else (),
            )
            for day in week
        ]
        for week in weeks
    ]


def _bands(day: date, bands: Sequence[Stretch]) -> tuple[Band, ...]:
    return tuple(
        Band(
            look=band.look, words=band.words, href=band.href,
            is_said=day == band.first or day.weekday() == 0 or day.day == 1,
        )
        for band in bands
        if band.covers(day)
    )  # fmt: skip


def _sentence(shown: Sequence[Happening], first: date) -> str:
    """How much falls into the month, and how much of it is over and late."""
    month: dict[str, Any] = {"month": date_format(first, "F"), "count": len(shown)}
    if not shown:
        return _("Nothing falls into %(month)s.") % month
    words = ngettext(
        "%(count)d thing falls into %(month)s", "%(count)d things fall into %(month)s", len(shown)
    )
    late = sum(one.is_late for one in shown)
    if not late:
        return f"{words % month}."
    behind = ngettext("%(count)d of them is late.", "%(count)d of them are late.", late) % {"count": late}
    return f"{words % month}, {behind}"
