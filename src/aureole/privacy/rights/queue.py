"""Requests as lists: the most urgent first, in a constant number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from aureole.kernel.errors import NotFound
from aureole.kernel.ids import id_in, number_in
from aureole.privacy.models import OWN_DECISION, RequestStep, RightsRequest
from aureole.privacy.rights.moving import MOVES
from aureole.privacy.rights.place import clock_of, day_of, today
from aureole.vault.unlock import unlock

SOON_DAYS = 7
_MOVES_ON = [what for what, (_, leads) in MOVES.items() if leads is not None and what != "identity_asked"]


@dataclass(frozen=True, slots=True)
class Line:
    """A request with its dates as of today. `urgency`: overdue, this_week, later, closed."""

    request: RightsRequest
    due_on: date
    due_on_strict: date
    days_left: int
    urgency: str


def requests(*, include_closed: bool = False) -> list[Line]:
    rows = _rows().order_by("received_on", "number")
    found = [line_of(row) for row in (rows if include_closed else rows.filter(closed_at=None))]
    return sorted(found, key=lambda line: (line.urgency == "closed", line.due_on, line.request.number))


def requests_received(year: int) -> list[Line]:
    """All that came in that year, whatever became of them; nobody asked for our own decisions."""
    rows = _rows().filter(received_on__year=year).exclude(channel=OWN_DECISION)
    return [line_of(row) for row in rows]


def closed_requests(*, most: int) -> list[Line]:
    """The last that were closed, newest first."""
    return [line_of(row) for row in _rows().filter(closed_at__isnull=False).order_by("-closed_at")[:most]]


def requests_of(person_id: uuid.UUID) -> list[Line]:
    """Every request of this person, newest first."""
    return [line_of(row) for row in _rows().filter(person_id=person_id).order_by("-received_at", "-number")]


def open_requests_of(person_id: uuid.UUID) -> list[RightsRequest]:
    """What is open about this person, oldest first."""
    rows = RightsRequest.objects.filter(person_id=person_id, closed_at=None)
    return list(rows.defer("words", "contact", "correction", "plan").order_by("received_at", "number"))


def decides_turn(step: RequestStep) -> bool:
    """Whether it moved the request on. Taking it on or asking for a code again does not change what is waited for."""
    return step.what in _MOVES_ON


def last_steps(requests: Collection[RightsRequest]) -> dict[uuid.UUID, RequestStep]:
    """What last decided whose turn it is (`decides_turn`), of each of these. One query."""
    steps = RequestStep.objects.filter(request__in=requests, what__in=_MOVES_ON).defer("reason")
    newest = steps.order_by("request_id", "-at", "-id").distinct("request_id")
    return {step.request_id: step for step in newest}


def last_reminders(requests: Collection[RightsRequest]) -> dict[uuid.UUID, date]:
    """The day on which somebody was last reminded of each of these. One query."""
    steps = RequestStep.objects.filter(request__in=requests, what="reminded")
    newest = steps.values_list("request_id").annotate(at=Max("at"))
    return {request_id: day_of(at) for request_id, at in newest}


def _rows() -> QuerySet[RightsRequest]:
    """Without what was said: lists show dates and states."""
    return RightsRequest.objects.prefetch_related("pauses").defer("words", "contact", "correction", "plan")


def line_of(request: RightsRequest) -> Line:
    """A request with its dates; its `pauses` are read."""
    clock, day = clock_of(request), today()
    left = clock.days_left(day)
    urgency = "overdue" if left < 0 else "this_week" if left <= SOON_DAYS else "later"
    return Line(
        request, clock.due_on(day), clock.due_on_strict, left, urgency if request.is_open else "closed"
    )


def request_named(text: str) -> RightsRequest:
    """By id or by number. Raises NotFound."""
    number, key = number_in(text), id_in(text)
    named = Q(number=number) if number is not None else Q(pk=key)
    found = RightsRequest.objects.prefetch_related("pauses").filter(named).first()
    if found is None:
        raise NotFound("request_not_found", "There is no such request here.")
    return unlock([found])[0]


def steps_of(request: RightsRequest) -> list[RequestStep]:
    return unlock(RequestStep.objects.filter(request=request).order_by("at", "id"))
