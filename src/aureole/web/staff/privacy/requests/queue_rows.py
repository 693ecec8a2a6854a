"""Requests as rows of the queue: names behind the seal, the clock drawn day by day. Constant queries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.privacy.models import RequestStep, RightsRequest
from aureole.privacy.rights.place import clock_of, day_of, today
from aureole.privacy.rights.queue import Line, last_steps
from aureole.web.page import initials
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.requests import sayings
from aureole.web.staff.privacy.who import agent_names
from aureole.web.ui.strip import Strip, lay_out_strip

LONGEST_STRIP = 34  # cells; what lies further back is said by the figures beside it


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueRow:
    """One request, as `ui/components/queue` draws it. `days` is what is left, with a minus when overdue."""

    days: str
    is_late: bool
    href: str
    asks: str
    initials: str
    reference: str
    strip: Strip
    due: str
    is_paused: bool
    stage: str
    step: str
    owner: str
    waits_for: str
    is_ours: bool


def queue_rows(lines: Sequence[Line]) -> list[QueueRow]:
    """However many lines: one query for last steps, three for persons, three for agents."""
    people = persons_by_id(line.request.person_id for line in lines)
    last = last_steps([line.request for line in lines])
    names = agent_names()
    return [_row(line, people, last.get(line.request.id), names) for line in lines]


def _row(
    line: Line, people: Mapping[uuid.UUID, Person], last: RequestStep | None, names: Mapping[uuid.UUID, str]
) -> QueueRow:
    request = line.request
    stage, step = sayings.say_stage(request)
    is_paused = runs_a_pause(request)
    owner = names.get(request.owner_id, "") if request.owner_id else ""
    return QueueRow(
        days=say_days(line.days_left) if request.is_open and not request.is_own_decision else "",
        is_late=line.urgency == "overdue" and not request.is_own_decision,
        href=reverse("privacy:request", args=[request.number]),
        asks=sayings.say_asked(request),
        initials=say_initials(request, people),
        reference=sayings.say_number(request),
        strip=strip_of(line),
        due=_say_due(line, is_paused),
        is_paused=is_paused,
        stage=stage,
        step=step,
        owner=owner.split(" ", 1)[0] or (_("nobody yet") if request.is_open else ""),
        waits_for=sayings.say_waits_for(request, last),
        is_ours=sayings.is_ours(request, last),
    )


def say_days(left: int) -> str:
    return f"−{-left}" if left < 0 else str(left)


def say_initials(request: RightsRequest, people: Mapping[uuid.UUID, Person]) -> str:
    """ "A. L.": enough to tell two rows apart."""
    person = people.get(request.person_id) if request.person_id else None
    if person is None or person.is_erased:
        return _("not known") if request.is_open and request.person_id is None else _("erased")
    return " ".join(f"{letter}." for letter in initials(shown_name(person)))


def runs_a_pause(request: RightsRequest) -> bool:
    """Whether its clock stands still now."""
    return request.is_open and any(pause.until is None for pause in request.pauses.all())


def _say_due(line: Line, is_paused: bool) -> str:
    if not line.request.is_open:
        closed = line.request.closed_at
        return _("closed %(day)s") % {"day": sayings.say_day(day_of(closed))} if closed else ""
    if line.request.is_own_decision:
        return _("no limit")
    return _("paused") if is_paused else sayings.say_day(line.due_on)


def strip_of(line: Line) -> Strip:
    """The clock as it stands, or as it stood when the request was closed.

    Of one that was extended the first month is drawn, and the rest as an arrow, until that month is over.
    """
    request = line.request
    day = day_of(request.closed_at) if request.closed_at else today()
    first = clock_of(request).extend_until + timedelta(days=clock_of(request).paused_days(day))
    is_arrow = request.extended_at is not None and day <= first
    due = first if is_arrow else line.due_on
    start = max(request.received_on, max(due, day) - timedelta(days=LONGEST_STRIP))
    return lay_out_strip(start=start, due=due, today=day, paused=_paused(request, day), is_extended=is_arrow)


def _paused(request: RightsRequest, day: date) -> set[date]:
    return {
        pause.since + timedelta(days=n)
        for pause in request.pauses.all()
        for n in range(((pause.until or day) - pause.since).days)
    }
