"""Months of the log run out as wholes: the trees of the others go on verifying (`ledger.retention`)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.ledger.retention import LEAST_MONTHS, closed_months, end_of, let_month_go, months_about
from aureole.privacy.holds.guard import delete_together_with_others, held_persons
from aureole.privacy.law.calendar import add_months
from aureole.privacy.retention import ports
from aureole.privacy.retention.ports import Batch, Going, Line, Note, When

CLASS = "ledger"
TABLE = "ledger_entry"
_MORE = uuid.UUID(int=0)  # months have no ids: what comes next is the oldest that is still here


class LogMonths:
    """The unit of the log's months. One that tells of somebody of whom anything is held stays as a whole."""

    name = "privacy.log_months"
    classes: Sequence[str] = (CLASS,)

    def look(self, when: When, going: Going) -> list[Line]:
        over, held = _over(when), _held()
        entries = sum(size for month, size in over.items() if month not in held)
        kept = sum(size for month, size in over.items() if month in held)
        return [Line(class_key=CLASS, table=TABLE, erase=entries, held=kept)]

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        taken = sum(_let_go(month, note) for month in list(_over(when))[:room])
        return Batch(after=_MORE if taken == room else None, taken=taken)


def _over(when: When) -> dict[str, int]:
    """Every day of theirs is over, the last one too."""
    months = max(when.schedule.months(CLASS), LEAST_MONTHS)
    return {
        name: size
        for name, size in closed_months().items()
        if add_months(end_of(name).date() - timedelta(days=1), months) <= when.as_of
    }


def _held() -> set[str]:
    return months_about(list(held_persons()))


def _let_go(month: str, note: Note) -> int:
    """Whether it went: a hold that was placed meanwhile keeps it."""
    with transaction.atomic():
        delete_together_with_others()
        if month in _held():
            return 0
        count = let_month_go(month, by=Actor.system())
        if count is None:
            return 0
        note(Counter({TABLE: count}))
    return 1


def register() -> None:
    ports.add_unit(LogMonths())
    ports.set_least(CLASS, LEAST_MONTHS)
