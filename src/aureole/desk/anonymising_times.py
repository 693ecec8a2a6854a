"""Whether the times of a colleague's work, which stay to the second, would tell whose work it was.

Whoever has a roster, a door log or a memory of when somebody worked here compares it with the times under a pseudonym
(WP216 §2.2: singling out, linking). So enough colleagues must have worked at each of the same hours of the day, in each
of the same months, and in all of these months: who came and left when nobody else did is known by that.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import ExtractHour, TruncMonth

from aureole.desk.models import Change, Message
from aureole.privacy.anonymising.plan import INSTEAD, SINGLED_OUT
from aureole.privacy.anonymising.singling_out import Finding, needed
from aureole.privacy.ports import Blocker, directory
from aureole.staff.models import Agent

_LABEL = "Work in others’ tickets"
Moments = Mapping[uuid.UUID, set[tuple[datetime, int]]]
"""Month and hour of the day in which somebody did something, by person."""


def unique_times(person_id: uuid.UUID) -> list[Blocker]:
    """Empty for whoever did nothing in others' tickets, and where nothing tells them from enough colleagues."""
    found = sorted(_findings(person_id), key=lambda finding: finding.persons)
    return [Blocker(code=SINGLED_OUT, reason=f"{f.sentence} {INSTEAD}") for f in found[:1]]


def _findings(person_id: uuid.UUID) -> Iterable[Finding]:
    own = _moments([person_id], _messages(), _changes()).get(person_id)
    if not own:
        return
    span = _span(own)
    colleagues = Agent.objects.exclude(person_id=person_id).exclude(person__in=directory().pseudonyms())
    who = colleagues.values_list("person_id", flat=True)
    others = _moments(who, _within(_messages(), span), _within(_changes(), span))
    months, hours = {month for month, _ in own}, {hour for _, hour in own}
    seen_months = [{month for month, _ in moments} for moments in others.values()]
    seen_hours = [{hour for _, hour in moments} for moments in others.values()]
    shared = (
        ("month", min(sum(month in seen for seen in seen_months) for month in months)),
        ("hour_of_the_day", min(sum(hour in seen for seen in seen_hours) for hour in hours)),
        ("months_together", sum(months <= seen for seen in seen_months)),
    )
    for column, colleagues_who_do in shared:
        if 1 + colleagues_who_do < needed():
            yield Finding(label=_LABEL, columns=(column,), persons=1 + colleagues_who_do)


def _messages() -> QuerySet[Any]:
    """Those to others: whoever wrote in their own conversation wrote as a customer."""
    rows = Message.objects.order_by().exclude(person_id=F("author_id"))
    return rows.annotate(who=F("author_id"), moment=F("sent_at"))


def _changes() -> QuerySet[Any]:
    return Change.objects.order_by().annotate(who=F("by__person_id"), moment=F("at"))


def _moments(persons: Iterable[uuid.UUID], *works: QuerySet[Any]) -> Moments:
    """One statement for each kind of work; as many rows as there are months and hours, not pieces of work."""
    zone = ZoneInfo(settings.AUREOLE_TIME_ZONE)
    found: dict[uuid.UUID, set[tuple[datetime, int]]] = defaultdict(set)
    for rows in works:
        told = rows.filter(who__in=persons).annotate(
            in_month=TruncMonth("moment", tzinfo=zone), in_hour=ExtractHour("moment", tzinfo=zone)
        )
        for who, month, hour in told.values_list("who", "in_month", "in_hour").distinct():
            found[who].add((month, hour))
    return found


def _span(own: set[tuple[datetime, int]]) -> tuple[datetime, datetime]:
    first, last = min(month for month, _ in own), max(month for month, _ in own)
    return first, (last + timedelta(days=32)).replace(day=1)


def _within(rows: QuerySet[Any], span: tuple[datetime, datetime]) -> QuerySet[Any]:
    """Only the span of time that the person's work is from: what lies elsewhere is nobody to be taken for."""
    return rows.filter(moment__gte=span[0], moment__lt=span[1])
