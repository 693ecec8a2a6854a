"""When each message of a thread was written, counted back from the moment of loading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count

from aureole.ops.demo.story import Thread

_OPENS, _SHUTS = time(7, 0), time(15, 30)  # UTC; Aarhus is an hour or two ahead
_A_DAY = timedelta(days=1)
_MARGIN = timedelta(minutes=2)
_CLOSES_AFTER = {"solved": timedelta(hours=1), "closed": timedelta(days=4)}


def in_working_hours(moment: datetime) -> datetime:
    """The moment itself, or the next one at which the desk is staffed, at the same minute past the hour."""
    if moment.time() >= _SHUTS:
        moment = datetime.combine(moment.date() + _A_DAY, _OPENS, UTC) + timedelta(minutes=moment.minute)
    if moment.time() < _OPENS:
        moment = datetime.combine(moment.date(), _OPENS, UTC) + timedelta(minutes=moment.minute)
    while moment.weekday() > 4:
        moment += _A_DAY
    return moment


def timetable(thread: Thread, *, now: datetime, is_staff: Callable[[str], bool]) -> list[datetime]:
    """One moment per line, rising, all before `now`; staff write in working hours.

    A thread that would reach into the future begins as many days earlier as it needs.
    """
    for earlier in count():
        moments = _from(thread, now - timedelta(days=thread.days_ago + earlier), is_staff)
        if thread.fresh is not None:
            moments[-1] = now - thread.fresh
        if moments == sorted(moments) and moments[-1] <= now - _MARGIN:
            return moments
    raise AssertionError("counting does not end")


def _from(thread: Thread, day: datetime, is_staff: Callable[[str], bool]) -> list[datetime]:
    moment = datetime.combine(day.date(), thread.at, UTC)
    moments = []
    for line in thread.lines:
        moment += line.after
        if is_staff(line.by):
            moment = in_working_hours(moment)
        moments.append(moment)
    return moments


def settled_at(thread: Thread, last: datetime, *, now: datetime) -> datetime:
    """When the ticket got the status it has: some time after the last message, never after `now`."""
    after = _CLOSES_AFTER.get(thread.status, timedelta(minutes=5))
    return min(in_working_hours(last + after), now)
