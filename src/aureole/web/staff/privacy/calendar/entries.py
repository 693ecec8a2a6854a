"""What the calendar shows, and the registry that each part of the console fills with its own.

An entry names nobody: numbers, codes and counts. Whoever opens its link is asked for the permission there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from aureole.kernel.actor import Actor
from aureole.staff.permissions import may


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing on one day. `is_late` for a last day that is over."""

    day: date
    words: str
    href: str
    is_late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Days a clock stood still (`look` "paused") or was lengthened by ("extended"), first and last day included."""

    first: date
    last: date
    words: str
    href: str
    look: str = "paused"

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


Entry = Happening | Stretch
Source = Callable[[date, date], Iterable[Entry]]
"""Called with the first and the last day that is shown. It may give more than falls in between; it asks the database
a number of times that does not depend on how much there is."""

_sources: dict[str, tuple[str, Source]] = {}


def add_entries(name: str, source: Source, *, permission: str) -> None:
    """Fill the calendar from start-up on; readers without the permission do not see these."""
    _sources[name] = permission, source


def entries_between(first: date, last: date, *, reader: Actor) -> Iterator[Entry]:
    """What falls on these days, by source and in its order."""
    for permission, source in _sources.values():
        if may(reader, permission):
            yield from (one for one in source(first, last) if _falls_between(one, first, last))


def _falls_between(entry: Entry, first: date, last: date) -> bool:
    if isinstance(entry, Stretch):
        return entry.first <= last and first <= entry.last
    return first <= entry.day <= last
