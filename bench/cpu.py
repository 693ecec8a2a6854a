"""Processor time of this process and of the database sessions it uses: holds also on a machine that is busy."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import connections


def backends() -> list[int]:
    """Process ids of our sessions with both databases."""
    found = []
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.append(int(cursor.fetchone()[0]))
    return found


def backend_of(session: Any) -> int:
    return int(session.execute("SELECT pg_backend_pid()").fetchone()[0])


def milliseconds_of(work: Callable[[int], object], sessions: Sequence[int], turns: int) -> float | None:
    """CPU per turn; None where the system does not tell it (anything but Linux)."""
    if not all(Path(f"/proc/{pid}/schedstat").exists() for pid in sessions):
        return None
    for turn in range(10):
        work(turn)
    begun = _spent(sessions)
    for turn in range(turns):
        work(turn)
    return (_spent(sessions) - begun) / turns * 1000


def _spent(sessions: Sequence[int]) -> float:
    nanoseconds = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in sessions)
    return time.process_time() + nanoseconds / 1e9
