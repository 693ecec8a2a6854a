"""Who still has to be told, the first to be told first, and what the clock says of each."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from aureole.kernel.errors import Refused
from aureole.privacy.informing.clock import tell_by
from aureole.privacy.informing.deciding import LETTERS
from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.limits import Duty, limit
from aureole.privacy.models import Informing, LetterState, ObtainedFrom, RequestLetter
from aureole.privacy.rights.place import country, today, working_days
from aureole.privacy.rights.queue import SOON_DAYS

_SHORTEST_MONTH = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Somebody who has to be told. letter: waiting, failed, or "" when none is under way."""

    informing: Informing
    due_on: date
    days_left: int
    letter: str = ""

    @property
    def urgency(self) -> str:
        return "overdue" if self.days_left < 0 else "soon" if self.days_left <= SOON_DAYS else "later"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How many have to be told: in all, within the days that count as soon, and too late already."""

    owed: int
    soon: int
    overdue: int


def due_on(obtained_on: date, disclosed_on: date | None = None) -> date:
    """Where the country's law is not on file it is the Union's: that comes too early rather than too late."""
    return _due_on(obtained_on, disclosed_on, country(), working_days())


@lru_cache(maxsize=512)
def _due_on(obtained_on: date, disclosed_on: date | None, place: str, days: WorkingDays) -> date:
    try:
        applies = limit(Duty.TELL, place, obtained_on)
    except Refused:
        applies = limit(Duty.TELL, "EU", obtained_on)
    return tell_by(obtained_on, limit=applies, working_days=days, first_disclosure_on=disclosed_on)


def obtained_until(day: date) -> date:
    """The last day on which data came whose month is over by `day`; later days come later."""
    found = day - timedelta(days=_SHORTEST_MONTH)
    while due_on(found) > day:
        found -= timedelta(days=1)
    return found


def over_by(day: date) -> Q:
    """Whose time is over by the end of that day: their month, or because their data went to somebody else."""
    return Q(obtained_on__lte=obtained_until(day)) | Q(disclosed_on__lte=day)


def owed() -> QuerySet[Informing]:
    """The first to be told first: whose data went to somebody else already, then by the month."""
    return Informing.objects.filter(settled_at=None).order_by("disclosed_on", "obtained_on", "id")


def owed_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Line]:
    """Of these persons, those who have to be told, each by the day that comes first. At most two statements."""
    found: dict[uuid.UUID, Line] = {}
    for line in lines_of(owed().filter(person_id__in=person_ids)):
        known = found.get(line.informing.person_id)
        if known is None or line.due_on < known.due_on:
            found[line.informing.person_id] = line
    return found


def settled() -> QuerySet[Informing]:
    """The last settled first; without those who gave everything themselves, and without staff."""
    rows = Informing.objects.filter(settled_at__isnull=False).exclude(how="staff")
    return rows.exclude(source=ObtainedFrom.OWN).order_by("-settled_at", "-id")


def standing() -> Standing:
    """One statement."""
    day = today()
    rows = Informing.objects.filter(settled_at=None)
    counts = rows.aggregate(
        owed=Count("id"),
        soon=Count("id", filter=over_by(day + timedelta(days=SOON_DAYS))),
        overdue=Count("id", filter=over_by(day - timedelta(days=1))),
    )
    return Standing(**counts | {"soon": counts["soon"] - counts["overdue"]})


def lines_of(rows: Iterable[Informing]) -> list[Line]:
    """One statement more, for the letters, where there is a row."""
    every, day = list(rows), today()
    letters = _letters([row.person_id for row in every]) if every else {}
    return [
        Line(
            informing=row,
            due_on=due_on(row.obtained_on, row.disclosed_on),
            days_left=(due_on(row.obtained_on, row.disclosed_on) - day).days,
            letter=letters.get(row.person_id, ""),
        )
        for row in every
    ]


def _letters(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What became of the letters to these: waiting where one still does, else failed where one could not leave."""
    rows = RequestLetter.objects.filter(subject_id__in=person_ids, kind__in=LETTERS)
    rows = rows.exclude(state=LetterState.SENT)
    found: dict[uuid.UUID, str] = {}
    for subject, state in rows.values_list("subject_id", "state"):
        if subject is not None and found.get(subject) != LetterState.WAITING:
            found[subject] = state
    return found


def owed_by_day(first: date, last: date) -> list[tuple[date, int]]:
    """(last day, how many) for the calendar. One statement."""
    rows = Informing.objects.filter(over_by(last), settled_at=None)
    rows = rows.exclude(over_by(first - timedelta(days=1)))
    counts: dict[date, int] = {}
    for row in rows.values("obtained_on", "disclosed_on").annotate(count=Count("id")):
        day = due_on(row["obtained_on"], row["disclosed_on"])
        counts[day] = counts.get(day, 0) + row["count"]
    return sorted(counts.items())
