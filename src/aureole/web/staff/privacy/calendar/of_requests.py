"""Legal clocks of open requests: last days, what moved them, and the days they stood still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.privacy.models import RequestState
from aureole.privacy.rights.place import clock_of, day_of, today
from aureole.privacy.rights.queue import Line, requests
from aureole.web.staff.privacy.calendar.entries import Entry, Happening, Stretch
from aureole.web.staff.privacy.requests import sayings


def entries_of_requests(first: date, last: date) -> Iterator[Entry]:
    for line in requests():
        yield from happenings(line)
        yield from stretches(line)


def happenings(line: Line) -> Iterator[Happening]:
    """What the calendar shows of one open request."""
    request, clock, day = line.request, clock_of(line.request), today()
    href = reverse("privacy:request", args=[request.number])
    named = {"number": sayings.say_number(request), "asks": sayings.say_asked(request)}
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
    if request.state == RequestState.COOLING and request.execute_after is not None:
        words = _("change of mind ends: %(number)s") % named
        yield Happening(day=day_of(request.execute_after), words=words, href=href)


def stretches(line: Line) -> Iterator[Stretch]:
    """Days in a pause, which the clock does not count, and days an extension added."""
    request, clock = line.request, clock_of(line.request)
    href = reverse("privacy:request", args=[request.number])
    named = {"number": sayings.say_number(request)}
    for pause in request.pauses.all():
        last = (pause.until or today()) - timedelta(days=1 if pause.until else 0)
        if pause.since <= last:
            yield Stretch(first=pause.since, last=last, words=_("paused: %(number)s") % named, href=href)
    if request.extended_at is not None and clock.extend_until < line.due_on:
        yield Stretch(
            first=clock.extend_until + timedelta(days=1), last=line.due_on,
            words=_("more time: %(number)s") % named, href=href, look="extended",
        )  # fmt: skip
