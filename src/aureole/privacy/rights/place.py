"""The controller's place: its day, its country's law, its working days."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from aureole.kernel.clock import now
from aureole.privacy.law.authorities import Authority, authority_of
from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.clock import Clock, Pause
from aureole.privacy.law.limits import Duty, Limit, Period, limit
from aureole.privacy.models import RightsRequest


def day_of(moment: datetime) -> date:
    """The calendar day at the controller's place."""
    return moment.astimezone(ZoneInfo(settings.AUREOLE_TIME_ZONE)).date()


def start_of(day: date) -> datetime:
    """The first moment of that day at the controller's place."""
    return datetime.combine(day, time(0), ZoneInfo(settings.AUREOLE_TIME_ZONE))


def today() -> date:
    return day_of(now())


def limit_on(duty: Duty, day: date) -> Limit:
    """Raises Refused where the country's law is not on file."""
    return limit(duty, country(), day)


def working_days() -> WorkingDays:
    country, _, part = settings.AUREOLE_COUNTRY.partition("-")
    return WorkingDays(country, part)


def country() -> str:
    """ISO 3166-1, or "EU"."""
    return str(settings.AUREOLE_COUNTRY.partition("-")[0])


def authority() -> Authority | None:
    """To whom persons may complain about the controller; None where only "EU" is set."""
    return authority_of(str(settings.AUREOLE_COUNTRY), today())


def clock_of(request: RightsRequest) -> Clock:
    """The request's clock. Pauses are read from the row's `pauses`: prefetch them for many requests."""
    first = Period(months=request.months)
    return Clock(
        received_on=request.received_on,
        limit=Limit(
            law=request.law,
            article="",
            within=first,
            extension=Period(months=request.extension_months),
            announced_within=first,
        ),
        working_days=working_days(),
        extended=request.extended_at is not None,
        pauses=[Pause(since=p.since, until=p.until) for p in request.pauses.all()],
    )


def last_day_of(request: RightsRequest) -> date:
    """The day up to which its clock is read: today, or the day on which it closed."""
    return day_of(request.closed_at) if request.closed_at else today()
