"""Requests as lists: the most urgent first, in a constant number of queries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from aureole.kernel.errors import NotFound
from aureole.privacy.models import RequestStep, RightsRequest
from aureole.privacy.rights.place import clock_of, today
from aureole.vault.unlock import unlock

SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A request with its dates as of today. `urgency`: overdue, this_week, later, closed."""

    request: RightsRequest
    due_on: date
    due_on_strict: date
    days_left: int
    urgency: str


def requests(*, include_closed: bool = False) -> list[Line]:
    rows = RightsRequest.objects.prefetch_related("pauses").order_by("received_on", "number")
    found = [_line(row) for row in (rows if include_closed else rows.filter(closed_at=None))]
    return sorted(found, key=lambda line: (line.urgency == "closed", line.due_on, line.request.number))


def _line(request: RightsRequest) -> Line:
    clock, day = clock_of(request), today()
    left = clock.days_left(day)
    urgency = "overdue" if left < 0 else "this_week" if left <= SOON_DAYS else "later"
    return Line(
        request, clock.due_on(day), clock.due_on_strict, left, urgency if request.is_open else "closed"
    )


def request_named(text: str) -> RightsRequest:
    """By id or by number. Raises NotFound."""
    rows = RightsRequest.objects.prefetch_related("pauses")
    try:
        found = (
            rows.filter(number=int(text)).first()
            if text.isdecimal()
            else rows.filter(pk=uuid.UUID(text)).first()
        )
    except ValueError:
        found = None
    if found is None:
        raise NotFound("request_not_found", "There is no such request here.")
    return unlock([found])[0]


def steps_of(request: RightsRequest) -> list[RequestStep]:
    return unlock(RequestStep.objects.filter(request=request).order_by("at", "id"))
