"""The one source of time, so that tests and the demo can say what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set_time: ContextVar[datetime | None] = ContextVar("aureole_set_time", default=None)


def now() -> datetime:
    """The present moment as an aware datetime in UTC."""
    return _set_time.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block (demo data, tests).

    Raises ValueError for a naive datetime: a time without a zone is a bug in waiting.
    """
    if moment.tzinfo is None:
        raise ValueError("The clock takes aware datetimes only.")
    token = _set_time.set(moment)
    try:
        yield
    finally:
        _set_time.reset(token)
