"""A hold on anything of a person stands in the way of the erasure of that person."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from aureole.kernel.compiled import Compiled
from aureole.privacy import ports
from aureole.privacy.holds.guard import CODE, in_force
from aureole.privacy.holds.listing import due_reviews
from aureole.privacy.models import Hold
from aureole.privacy.ports import Blocker
from aureole.privacy.rights.matters import add_matters


def on_the_person(person_id: uuid.UUID) -> list[Blocker]:
    """Keys are a person's, so an erasure cannot leave one text readable: it waits as a whole."""
    days = sorted(day for (day,) in _days.rows(person_id=person_id))
    if not days:
        return []
    what = "A legal hold covers data" if len(days) == 1 else f"{len(days)} legal holds cover data"
    reason = (
        f"{what} of this person, to be looked at again by {days[0]:%-d %B %Y}. Release what is no longer needed "
        "(the page of holds, or `aureole hold list`); a request that waits is prepared again then."
    )
    return [Blocker(code=CODE, reason=reason)]


_days = Compiled[Hold](lambda person_id: in_force().filter(person_id=person_id).values_list("review_on"))


def on_others(person_ids: Collection[uuid.UUID]) -> list[Blocker]:
    """Rows of these persons that the erasure of somebody else would change: what is held may not be changed either."""
    stopping = in_force().filter(person_id__in=person_ids).exclude(table__in=ports.left_when_held())
    if not person_ids or not stopping.exists():
        return []
    reason = (
        "This erasure would change data of somebody else whose data is under a legal hold: a text that names this "
        "person, or that they were copied. It can begin once that hold is released."
    )
    return [Blocker(code=CODE, reason=reason)]


def register() -> None:
    ports.add_blocker(on_the_person)
    add_matters(due_reviews)
