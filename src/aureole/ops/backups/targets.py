"""Where a restore writes: beside the living database, or straight into one that is empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aureole.kernel.errors import Refused
from aureole.ops.backups import databases
from aureole.ops.backups.databases import Mark
from aureole.ops.instance import django_ready
from config.addresses import DatabaseAddress

RECONCILE = "reconcile"  # the mark of a living database that is brought up to the list where it is


@dataclass(frozen=True, kw_only=True)
class Target:
    """`filled` is what the restore writes to; the same as `living` where that was empty."""

    living: DatabaseAddress
    filled: DatabaseAddress

    @property
    def is_beside(self) -> bool:
        return self.filled != self.living


def plan_target(living: DatabaseAddress) -> Target:
    """Decides, changes nothing. A database that a restore had begun to fill counts as empty."""
    before = databases.marked(living)
    begun = before is not None and before.state == "loading" and before.source != RECONCILE
    direct = begun or not databases.has_tables(living)
    return Target(living=living, filled=living if direct else databases.beside(living))


def prepare(target: Target, source: str) -> None:
    """An empty database, marked. What an earlier, interrupted restore left is cleared.

    Raises Refused when somebody uses the living one, or this user may not make databases.
    """
    databases.refuse_in_use(target.living)
    if target.is_beside:
        databases.make_beside(target.living)
    elif databases.has_tables(target.living):
        databases.clear(target.living)
    databases.mark(target.filled, Mark(state="loading", source=source))


def ready_mark(living: DatabaseAddress, source: str) -> Mark | None:
    """Left by an earlier run of the same restore that came to the end, but for the swap or the end of the mark."""
    side = databases.beside(living)
    places = [living, *([side] if databases.is_there(living, side.name) else [])]
    marks = [databases.marked(place) for place in places]
    return next((m for m in marks if m is not None and m.state == "ready" and m.source == source), None)


def finish(living: DatabaseAddress) -> None:
    """Swap in what is ready, and drop what it replaces. Repeatable: does only what is left of it."""
    side = databases.beside(living)
    if databases.is_there(living, side.name):
        mark = databases.marked(side)
        if mark is not None and mark.state == "ready":
            databases.swap_in(living)
    databases.drop_beside(living, "before")


@contextmanager
def working_on(data: DatabaseAddress, keys: DatabaseAddress) -> Iterator[None]:
    """Django on these databases, as their owner. Once in a process: settings are read once."""
    os.environ["DATABASE_URL"], os.environ["KEYS_DATABASE_URL"] = data.as_url(), keys.as_url()
    os.environ["AUREOLE_AS_OWNER"] = "1"
    with django_ready():
        yield


def both(
    data: DatabaseAddress | None, keys: DatabaseAddress | None
) -> tuple[DatabaseAddress, DatabaseAddress]:
    if data is None or keys is None:
        raise Refused(
            "restore.no_database", "The databases of this instance cannot be told. Nothing was changed."
        )
    return data, keys
