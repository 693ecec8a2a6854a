"""What was stopped because somebody is kept away, and that somebody came back: told to the officers, without a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _l

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry
from aureole.ledger.record import record
from aureole.privacy.rights.matters import Matter, add_matters
from aureole.privacy.rights.place import day_of

WAYS = ("mail", "staff", "import")
"""A copy line of somebody's mail; whoever works here; a package of another instance."""
_WORDS = {
    "mail": _l("named in a copy line of somebody’s mail: no record was made"),
    "staff": _l("somebody working here tried to record them: stopped"),
    "import": _l("a package of another instance would have recorded them: stopped"),
    "back": _l("wrote to us themselves: answered, and recorded anew"),
}
SHOWN, TOLD = timedelta(days=30), timedelta(days=7)
_MOST = 200
_STOPPED, _BACK = "privacy.kept_away", "privacy.came_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """`way` is of WAYS, or "back" for somebody who wrote themselves and was recorded anew."""

    at: datetime
    way: str

    @property
    def words(self) -> str:
        return str(_WORDS[self.way])


def note_attempt(way: str, by: Actor) -> None:
    """No record was made of somebody who is kept away."""
    with transaction.atomic():
        record(_STOPPED, by=by, way=way)


def attempts(lately: timedelta = SHOWN) -> list[Attempt]:
    """The latest first, 200 at the most."""
    rows = Entry.objects.filter(type__in=(_STOPPED, _BACK), at__gte=now() - lately).order_by("-number")
    return [
        Attempt(at=row.at, way="back" if row.type == _BACK else str(row.facts.get("way", "mail")))
        for row in rows[:_MOST]
    ]


def _as_matters() -> list[Matter]:
    """One line for what was stopped and one for who came back; they go by themselves after a week."""
    found = attempts(TOLD)
    stopped, back = [a for a in found if a.way != "back"], [a for a in found if a.way == "back"]
    return [
        Matter(kind="stopped", person_id=None, since=day_of(some[-1].at), words=words)
        for some, words in ((stopped, _say(stopped)), (back, _say_back(len(back))))
        if some
    ]


_SAID = {"mail": "others' mail", "staff": "somebody working here", "import": "an import"}


def _say(stopped: Sequence[Attempt]) -> str:
    by_way = Counter(attempt.way for attempt in stopped)
    told = ", ".join(f"{_SAID[way]} ({by_way[way]})" for way in WAYS if by_way[way])
    return f"kept away in the last 7 days, because they were erased on their request: named by {told}"


def _say_back(count: int) -> str:
    who = (
        "somebody who was erased on their request"
        if count == 1
        else f"{count} who were erased on their request"
    )
    return f"{who} wrote to us again in the last 7 days, and their mail is answered"


def register() -> None:
    add_matters(_as_matters)
