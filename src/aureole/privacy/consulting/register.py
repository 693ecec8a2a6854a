"""The register of prior consultations, and the clock of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from aureole.kernel.errors import NotFound
from aureole.privacy.law.clock import Clock, Pause
from aureole.privacy.law.limits import Limit, Period
from aureole.privacy.models import Consultation
from aureole.privacy.rights.place import today, working_days


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A consultation as of today. is_waiting: the authority waits for us, so its clock stands still."""

    consultation: Consultation
    due_on: date
    due_on_strict: date
    days_left: int
    is_waiting: bool


def consultations(*, ended: bool = False) -> QuerySet[Consultation]:
    """Open ones, the first received first; with `ended` the others, the last ended first. Two statements."""
    rows = Consultation.objects.prefetch_related("waits")
    if ended:
        return rows.exclude(ended_on=None).order_by("-ended_on", "-number")
    return rows.filter(ended_on=None).order_by("received_on", "number")


def consultation_numbered(number: int) -> Consultation:
    """Raises NotFound."""
    found = Consultation.objects.prefetch_related("waits").filter(number=number).first()
    if found is None:
        raise NotFound("consultation_not_found", "There is no consultation with this number in the register.")
    return found


def clock_of(consultation: Consultation) -> Clock:
    """Waits are read from the row's `waits`: prefetch them for many. One that goes on when it ended ends with it."""
    limit = Limit(
        law=consultation.law,
        article="",
        within=Period(weeks=consultation.weeks),
        extension=Period(weeks=consultation.extension_weeks),
        announced_within=Period(months=consultation.announced_within_months),
    )
    return Clock(
        received_on=consultation.received_on,
        limit=limit,
        working_days=working_days(),
        extended=consultation.extended_on is not None,
        pauses=[
            Pause(since=w.since, until=w.until or consultation.ended_on) for w in consultation.waits.all()
        ],
    )


def line_of(consultation: Consultation) -> Line:
    clock, day = clock_of(consultation), consultation.ended_on or today()
    return Line(
        consultation=consultation,
        due_on=clock.due_on(day),
        due_on_strict=clock.due_on_strict,
        days_left=clock.days_left(day),
        is_waiting=any(pause.until is None for pause in clock.pauses),
    )
