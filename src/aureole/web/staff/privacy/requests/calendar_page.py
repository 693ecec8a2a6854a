"""The days of a month on which something of an open request falls due, begins or ends."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.kernel.errors import NotFound
from aureole.privacy.models import RequestState
from aureole.privacy.rights.place import clock_of, day_of, today, working_days
from aureole.privacy.rights.queue import Line, requests
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.requests import sayings


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing on one day. `is_late` for a last day that is over."""

    day: date
    words: str
    href: str
    is_late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    day: date
    is_in_month: bool
    is_today: bool
    is_off: bool
    happenings: tuple[Happening, ...]


@require_safe
def show_calendar(request: HttpRequest) -> HttpResponse:
    """?month=2026-11; this month without it. What waits further back or ahead is one link away."""
    actor = actor_of(request)
    require(actor, "rights.read")
    first = _month(request.GET.get("month", ""))
    every = [happening for line in requests() for happening in happenings(line)]
    shown = [one for one in every if (one.day.year, one.day.month) == (first.year, first.month)]
    context = {
        "month": date_format(first, "F Y"),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=31):%Y-%m}",
        "is_this_month": first == today().replace(day=1),
        "sentence": _sentence(shown, first),
        "weekdays": [date_format(date(2024, 1, n), "D") for n in range(1, 8)],
        "weeks": _weeks(first, shown),
    }
    return render(request, "privacy/requests/calendar.html", frame_context(actor, "calendar") | context)


def _month(text: str) -> date:
    if not text:
        return today().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFound("month_unknown", "There is no such month. A month is written as 2026-03.") from None


def happenings(line: Line) -> Iterator[Happening]:
    """What the calendar shows of one open request."""
    request, clock, day = line.request, clock_of(line.request), today()
    href = reverse("privacy:request", args=[request.number])
    named = {"number": sayings.say_number(request), "asks": sayings.say_asks(request.kind)}
    yield Happening(
        day=line.due_on, words=_("due: %(number)s, %(asks)s") % named, href=href, is_late=line.due_on < day
    )
    if line.due_on_strict != line.due_on:
        yield Happening(
            day=line.due_on_strict, words=_("strictly due, without pauses: %(number)s") % named, href=href
        )
    if request.extended_at is not None:
        yield Happening(day=day_of(request.extended_at), words=_("extended: %(number)s") % named, href=href)
    elif clock.extend_until >= day:
        words = _("last day to tell of an extension: %(number)s") % named
        yield Happening(day=clock.extend_until, words=words, href=href)
    for pause in request.pauses.all():
        if pause.until is None:
            yield Happening(day=pause.since, words=_("paused since: %(number)s") % named, href=href)
    if request.state == RequestState.COOLING and request.execute_after is not None:
        words = _("change of mind ends: %(number)s") % named
        yield Happening(day=day_of(request.execute_after), words=words, href=href)


def _weeks(first: date, shown: Iterable[Happening]) -> list[list[Day]]:
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
            )
            for day in week
        ]
        for week in weeks
    ]


def _sentence(shown: list[Happening], first: date) -> str:
    month: dict[str, Any] = {"month": date_format(first, "F"), "count": len(shown)}
    if not shown:
        return _("Nothing of an open request falls into %(month)s.") % month
    words = ngettext(
        "%(count)d thing of an open request falls into %(month)s.",
        "%(count)d things of open requests fall into %(month)s.",
        len(shown),
    )
    return words % month
