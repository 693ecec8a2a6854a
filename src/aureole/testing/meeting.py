"""Two at once, on purpose: between two transactions of one thing, another is done by somebody else, start to end.

What waits for a lock of an open transaction is another matter (`together`); here none is open, so whatever a second
process could do at that moment is done, at every moment there is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, connections

from aureole.testing.interruption_points import watch_every_point
from aureole.testing.interruptions import How, Interruption, Kind, Step

T = TypeVar("T")
_PATIENCE = 60


@dataclass(kw_only=True)
class Meeting(Interruption):
    """`seen` are the moments between two transactions; at the one of number `at`, `meanwhile` is done elsewhere."""

    meanwhile: Callable[[], object] = lambda: None
    how: How = How.LOST

    def step(
        self,
        kind: Kind,
        what: str,
        act: Callable[[], T],
        *,
        refuse: Callable[[str], Exception],
        lose: Callable[[], None] = lambda: None,
    ) -> T:
        found = act()
        if threading.get_ident() == self._thread and kind == Kind.COMMIT and not connection.in_atomic_block:
            step = Step(len(self.seen) + 1, kind, what)
            self.seen.append(step)
            if step.number == self.at:
                self.failed = step
                together([self.meanwhile])
        return found


@contextmanager
def meeting(number: int, meanwhile: Callable[[], object]) -> Iterator[Meeting]:
    """Inside the block `meanwhile` is done once, after the commit of that number (from 1). Needs committing tests."""
    found = Meeting(at=number, meanwhile=meanwhile, kinds={Kind.COMMIT})
    with watch_every_point(found):
        yield found


def together(acts: Sequence[Callable[[], object]]) -> None:
    """All at once, each in a thread with connections of its own. Raises the first trouble; a deadlock is trouble."""
    troubles: list[BaseException] = []

    def body(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as trouble:  # noqa: BLE001  raised again below, in the thread that asked
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=body, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE)
    if troubles:
        raise troubles[0]
    assert not any(thread.is_alive() for thread in threads), (
        f"not done after {_PATIENCE} s: they wait for each other"
    )
