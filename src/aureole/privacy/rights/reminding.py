"""Reminders: whoever answers for a request is written to before its time runs out, and once when it has.

GDPR Art. 12(3) asks for an answer "without undue delay and in any event" within its month; a clock nobody looks at
helps no one. A letter names requests by number and says no more than a notice on a desk may.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import RequestKind, RightsRequest
from aureole.privacy.rights.letters import write_to_officer
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.place import clock_of, today
from aureole.privacy.rights.ports import officers
from aureole.privacy.rights.queue import SOON_DAYS, Line, last_reminders, line_of, requests

STAGES = (-1, 1, SOON_DAYS)
"""Days left from which on one reminder is due, the most urgent first."""


def remind_of_requests(*, by: Actor) -> int:
    """Note a reminder on each request that has reached a new stage, and write one letter to each officer.

    How many requests were reminded of. Run again on the same day it does nothing: a stage is reminded of once.
    """
    lines = requests()
    reminded = last_reminders([line.request for line in lines])
    with transaction.atomic():
        due = [line for line in lines if _is_due(line, reminded.get(line.request.id))]
        noted = [line for line in due if _note(line.request.id, by)]
        _write(noted)
    return len(noted)


def _is_due(line: Line, last: date | None) -> bool:
    until = _extend_until(line)
    return is_due(line.due_on, line.days_left, last) or (
        until is not None and is_due(until, (until - today()).days, last)
    )


def _extend_until(line: Line) -> date | None:
    """The last day to tell the person of an extension or a refusal (Art. 12(3), (4)), where it is not over and comes
    before the answer is due: no pause moves it."""
    until = clock_of(line.request).extend_until
    return until if today() <= until < line.due_on and line.request.extended_at is None else None


def is_due(due_on: date, days_left: int, last: date | None) -> bool:
    """Whether a stage was reached that the last reminder came before."""
    stage = next((days for days in STAGES if days_left <= days), None)
    if stage is None:
        return False
    began = due_on - timedelta(days=stage)
    return last is None or last < began


def _note(request_id: uuid.UUID, by: Actor) -> bool:
    """Again on the locked row: somebody may have answered it, or another node reminded of it, meanwhile."""
    request = locked(request_id)
    last = last_reminders([request]).get(request.id)
    if not request.is_open or not _is_due(line_of(request), last):
        return False
    move(request, "reminded", by=by)
    return True


def _write(lines: list[Line]) -> None:
    theirs: dict[uuid.UUID, list[str]] = defaultdict(list)
    for line in lines:
        for officer in officers(line.request.owner_id):
            theirs[officer].append(_said(line))
    for officer, said in theirs.items():
        write_to_officer(officer, heading=_heading(len(said)), paragraphs=said)


def _heading(count: int) -> str:
    return "A request is due" if count == 1 else f"{count} requests are due"


def _said(line: Line) -> str:
    request, left = line.request, line.days_left
    days = "1 day" if abs(left) == 1 else f"{abs(left)} days"
    when = f"is {days} late" if left < 0 else "is due today" if left == 0 else f"is due in {days}"
    when += f", on {line.due_on.isoformat()}"
    until = _extend_until(line)
    if until is not None:
        when += f", and until {until.isoformat()} it can be extended or refused"
    way = f"{settings.AUREOLE_BASE_URL}/privacy/requests/{request.number}/"
    return f"Request no. {request.number} ({_kind(request)}) {when}: {way}"


def _kind(request: RightsRequest) -> str:
    return str(RequestKind(request.kind).label)
