"""Holds as a list: those to be looked at again first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from aureole.privacy.holds.guard import in_force
from aureole.privacy.models import Hold
from aureole.privacy.rights.matters import Matter
from aureole.privacy.rights.place import today
from aureole.vault.unlock import unlock

SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class Line:
    """A hold as of today. `urgency`: due (its day has come), soon, later, released."""

    hold: Hold
    days_left: int
    urgency: str


def due_reviews() -> list[Matter]:
    """Holds whose day has come."""
    rows = in_force().filter(review_on__lte=today()).values_list("person_id", "review_on")
    words = "a legal hold is to be looked at again"
    return [Matter(kind="hold_review", person_id=p, since=day, words=words) for p, day in rows]


def holds(*, released_too: bool = False) -> list[Line]:
    """By the day of their review; released ones last."""
    lines = lines_of(in_force().order_by("review_on", "id"))
    return [*lines, *lines_of(released_holds())] if released_too else lines


def released_holds() -> QuerySet[Hold]:
    """The last released first."""
    return Hold.objects.filter(released_at__isnull=False).order_by("-released_at", "-id")


def lines_of(rows: Iterable[Hold]) -> list[Line]:
    """These, with their words opened."""
    return [line_of(hold) for hold in unlock(rows)]


def line_of(hold: Hold) -> Line:
    left = (hold.review_on - today()).days
    urgency = "due" if left <= 0 else "soon" if left <= SOON_DAYS else "later"
    return Line(hold, left, "released" if hold.released_at else urgency)
