"""Two transactions that wait for each other: the server ends one of them, and whoever had it does it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

T = TypeVar("T")
_TRIES = 5


def again_on_deadlock(act: Callable[[], T]) -> T:
    """For work that opens its own transactions and may be repeated. Raises what remains after some tries.

    Inside a transaction of the caller, which is lost with it, nothing is tried again.
    """
    if connection.in_atomic_block:
        return act()
    for _ in range(_TRIES - 1):
        try:
            return act()
        except OperationalError as trouble:
            if not isinstance(trouble.__cause__, DeadlockDetected):
                raise
    return act()
