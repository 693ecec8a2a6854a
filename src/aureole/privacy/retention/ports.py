"""What retention needs from the modules that hold the data; they fill these ports at start-up."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from aureole.privacy.law.calendar import add_months
from aureole.privacy.retention.schedule import Schedule


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """So many rows of a table whose time is over, by what becomes of them.

    erase     deleted
    restrict  the law wants them longer: from now on kept for that alone
    held      kept, because a legal hold (or a restriction the person asked for) covers them
    floor     restricted before, and the law still wants them
    """

    class_key: str
    table: str
    erase: int = 0
    restrict: int = 0
    held: int = 0
    floor: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """What applies in a look or a run: everything that ran out on or before `as_of` (a day at the controller's)."""

    as_of: date
    schedule: Schedule
    country: str

    def is_over_before(self, class_key: str) -> datetime:
        """Of a class that counts from one moment: what happened before this has run out."""
        last = add_months(self.as_of, -self.schedule.months(class_key))
        return datetime.combine(last, time(0), ZoneInfo(settings.AUREOLE_TIME_ZONE))


@dataclass
class Going:
    """What an earlier unit of the same look would delete, by table: later ones count without it."""

    rows: dict[str, list[uuid.UUID]] = field(default_factory=dict)

    def of(self, table: str) -> list[uuid.UUID]:
        return self.rows.get(table, [])


Note = Callable[[Counter[str]], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What a batch came to: where the next one goes on (None: nothing is left), and how many things it took."""

    after: uuid.UUID | None
    taken: int


class Unit(Protocol):
    """Data that runs out together: a ticket with all in it, a person with all of theirs."""

    name: str
    classes: Sequence[str]

    def look(self, when: When, going: Going) -> list[Line]:
        """Count, without writing; adds what it would delete to `going`."""
        ...

    def batch(self, when: When, *, after: uuid.UUID | None, room: int, note: Note) -> Batch:
        """Take at most `room` things beyond `after` in transactions of its own.

        Each asks the holds first (`holds.guard`) and looks again whether the time is over. `note` is called with what
        went, inside the transaction where there is one; an erasure, which is several, is noted at its end, and what
        it did is in its certificate in any case.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """Rows that show that a person is still needed, and the column with the person's id.

    of_work  they show that somebody works or worked here, and keep nobody whose employment is over for its time
    """

    rows: Callable[[Going], QuerySet[Any]]
    person: str
    of_work: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What an own period may be narrowed to: "type" or "channel" of a ticket, a brand, an organisation, a label.

    classes  to which it applies
    choices  code or id, and what it is called: the first MOST_CHOICES of them
    names    of these codes or ids those that there are, and what they are called
    """

    name: str
    words: str
    classes: Sequence[str]
    choices: Callable[[], Mapping[str, str]]
    names: Callable[[Collection[str]], Mapping[str, str]]


MOST_CHOICES = 500


_units: dict[str, Unit] = {}
_signs: list[Sign] = []
_settable: dict[str, None] = {}
_least: dict[str, int] = {}
_scopes: dict[str, Scope] = {}


def add_unit(unit: Unit) -> None:
    """Units run in the order in which modules are ready, persons last."""
    _units[unit.name] = unit


def units() -> tuple[Unit, ...]:
    return tuple(sorted(_units.values(), key=lambda unit: unit.name == PERSONS))


PERSONS = "people.persons"


def add_sign(sign: Sign) -> None:
    _signs.append(sign)


def signs(*, of_work: bool = True) -> tuple[Sign, ...]:
    return tuple(sign for sign in _signs if of_work or not sign.of_work)


def add_scope(scope: Scope) -> None:
    _scopes[scope.name] = scope


def scopes() -> dict[str, Scope]:
    return dict(_scopes)


def add_settable(class_key: str) -> None:
    """A period that can be set like those of units, and that something else keeps to (the suppression list)."""
    _settable[class_key] = None


def set_least(class_key: str, months: int) -> None:
    """No shorter period may be set for this class."""
    _least[class_key] = months


def least(class_key: str) -> int:
    return _least.get(class_key, 0)


def settable() -> tuple[str, ...]:
    """Classes whose period can be set here."""
    return (*acted_on(), *_settable)


def acted_on() -> tuple[str, ...]:
    """Classes that some unit lets run out, in their order; of the others nothing is done here."""
    return tuple(dict.fromkeys(key for unit in units() for key in unit.classes))
