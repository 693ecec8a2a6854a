"""Fail at step N: one chosen step of a command goes wrong, and only that one.

A step is whatever reaches out of the process: a database statement or COMMIT on either database, a change to a
file below the home folder, a word to the mail server, a call of the root key. The places where steps are seen
are in `interruption_points`; `rehearsal` walks N through all of them. The idea is SQLite's anomaly testing
(https://sqlite.org/testing.html §3): simulate the Nth failure, for N = 1, 2, 3 … until the command runs through.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import psycopg
from django.db import Error

T = TypeVar("T")
_LAYERS = (Error, psycopg.Error, OSError)


class Kind(StrEnum):
    """What a step does. COMMIT is also a writing statement outside a transaction: it is durable at once."""

    READ = "read"
    WRITE = "write"
    COMMIT = "commit"
    FILE = "file"
    SEND = "send"
    ROOT_KEY = "root key"


EVERY_KIND = frozenset(Kind)
# After a failed read or an uncommitted write the same is on the disk as before it.
LASTING = frozenset({Kind.COMMIT, Kind.FILE, Kind.SEND})


class How(StrEnum):
    """How a step fails.

    REFUSED  it is not carried out: the server refuses, the disk is full
    LOST     it is carried out, and the answer never arrives: the connection is gone
    KILLED   the process is killed (SIGKILL) before it; only in a child process (`rehearsal`)
    """

    REFUSED = "refused"
    LOST = "lost"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step seen. `what` names no person: a statement without its values, the kind of a file operation."""

    number: int
    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"step {self.number} ({self.kind}: {self.what})"


@dataclass(kw_only=True)
class Interruption:
    """Counts the steps of one thread and makes one of them fail.

    failed       the step that failed; None while it was not reached
    trouble      the exception raised there
    before_kill  told the step right before the process dies of it
    """

    at: int
    how: How
    kinds: Collection[Kind] = EVERY_KIND
    before_kill: Callable[[Step], None] = lambda step: None
    seen: list[Step] = field(default_factory=list)
    failed: Step | None = None
    trouble: Exception | None = None
    _thread: int = field(default_factory=threading.get_ident)

    def step(
        self,
        kind: Kind,
        what: str,
        act: Callable[[], T],
        *,
        refuse: Callable[[str], Exception],
        lose: Callable[[], None] = lambda: None,
    ) -> T:
        """Carry out `act`, unless it is its turn to fail.

        refuse  makes the exception of the layer the step belongs to
        lose    cuts the connection, once the step was carried out
        """
        if threading.get_ident() != self._thread or kind not in self.kinds:
            return act()
        step = Step(len(self.seen) + 1, kind, what)
        self.seen.append(step)
        if step.number != self.at:
            return act()
        self.failed = step
        if self.how == How.KILLED:
            self.before_kill(step)
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == How.LOST:
            act()
            lose()
        self.trouble = refuse(f"interrupted at {step}")
        raise self.trouble

    def explains(self, trouble: BaseException) -> bool:
        """Whether an exception comes from the step that failed: it is that one, or was raised from it, or is
        what a driver says of a connection that is gone.

        An error of another kind that only happened while this one was handled (a misspelt name in an `except`)
        is not explained.
        """
        if self.how == How.LOST and self.failed and isinstance(trouble, Error | psycopg.Error):
            return True
        found: BaseException | None = trouble
        while found is not None:
            if found is self.trouble:
                return True
            chained = found.__context__ if isinstance(found, _LAYERS) else None
            found = found.__cause__ or chained
        return False


@contextmanager
def fail_at(
    step: int,
    *,
    how: How = How.REFUSED,
    kinds: Collection[Kind] = EVERY_KIND,
    before_kill: Callable[[Step], None] = lambda step: None,
) -> Iterator[Interruption]:
    """Inside the block the step of that number (from 1, among `kinds`) fails. 0 counts and lets all pass.

    Raises, in the place of the step, what its layer raises: psycopg's OperationalError, OSError, Away.
    """
    from aureole.testing.interruption_points import watch_every_point

    interruption = Interruption(at=step, how=how, kinds=kinds, before_kill=before_kill)
    with watch_every_point(interruption):
        yield interruption
