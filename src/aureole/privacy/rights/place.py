"""The controller's place: its day, its country's law, its working days."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from aureole.kernel.clock import now
from aureole.privacy.law.authorities import Authority, authority_of
from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.limits import NotificationLimit, ResponseLimit, notification_limit, response_limit
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.clock import Clock, Pause


def day_of(moment: datetime) -> date:
    """The calendar day at the controller's place."""
    return moment.astimezone(ZoneInfo(settings.AUREOLE_TIME_ZONE)).date()


def start_of(day: date) -> datetime:
    """The first moment of that day at the controller's place."""
    return datetime.combine(day, time(0), ZoneInfo(settings.AUREOLE_TIME_ZONE))


def today() -> date:
    return day_of(now())


def limit_on(day: date) -> ResponseLimit:
    return response_limit(country(), day)


def notification_limit_on(moment: datetime) -> NotificationLimit:
    return notification_limit(country(), day_of(moment))


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
    return Clock(
        received_on=request.received_on,
        limit=ResponseLimit(
            law=request.law, months=request.months, extension_months=request.extension_months, article=""
        ),
        working_days=working_days(),
        extended=request.extended_at is not None,
        pauses=[Pause(since=p.since, until=p.until, cause=p.cause) for p in request.pauses.all()],
    )
