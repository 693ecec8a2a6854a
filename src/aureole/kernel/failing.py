"""Jobs that do not get done: tried again and again, or given up. Names of jobs and numbers, nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from aureole.kernel.retrying import RETRY

SEVERAL = 3
"""Tries after which a job counts as failing: what two transactions waiting for each other ended is done by then."""
KEPT_DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Failing:
    """Jobs of one name.

    again     how many failed several times and are tried again, the next of them at `next_at`
    given_up  how many are tried no more by themselves; of a job that comes again by the clock, how often it failed
    by_clock  whether it comes again by the clock
    """

    name: str
    again: int
    next_at: datetime | None
    given_up: int
    by_clock: bool


_FAILING = """
SELECT task_name, count(*) FILTER (WHERE status <> 'failed'), min(scheduled_at) FILTER (WHERE status <> 'failed'),
       count(*) FILTER (WHERE status = 'failed')
FROM procrastinate_jobs WHERE status = 'failed' OR (attempts >= %s AND status IN ('todo', 'doing'))
GROUP BY task_name ORDER BY task_name
"""


def failing() -> list[Failing]:
    """By name. One statement; finished jobs are deleted, so it reads what waits."""
    by_clock = set(_by_clock())
    return [
        Failing(name=name, again=again, next_at=next_at, given_up=given_up, by_clock=name in by_clock)
        for name, again, next_at, given_up in _ask(_FAILING, [SEVERAL])
    ]


def say_failing(found: Failing) -> str:
    """In one line, as commands say it."""
    parts = []
    if found.again:
        moment = f", next {found.next_at:%Y-%m-%d %H:%M} UTC" if found.next_at else ""
        parts.append(f"{found.again} failed several times and tried again{moment}")
    if found.given_up and found.by_clock:
        parts.append(f"failed {found.given_up} times this week, comes again by the clock")
    elif found.given_up:
        parts.append(f"{found.given_up} given up")
    return f"{found.name}: {'; '.join(parts)}"


_AGAIN = """
UPDATE procrastinate_jobs j SET status = 'todo', scheduled_at = now(), attempts = 0, abort_requested = false
WHERE NOT task_name = ANY(%s) AND (
    (status = 'todo' AND attempts > 0 AND scheduled_at > now())
    OR (status = 'failed' AND NOT EXISTS (  -- of one name that waits once, the last
        SELECT 1 FROM procrastinate_jobs o WHERE o.queueing_lock = j.queueing_lock
        AND (o.status = 'todo' OR (o.status = 'failed' AND o.id > j.id)))))
RETURNING id
"""


def do_again() -> int:
    """What failed is tried at once, and for sixty days again; how many jobs. What comes again by the clock does so."""
    return len(_ask(_AGAIN, [_by_clock()]))


_FORGET = """
DELETE FROM procrastinate_jobs j WHERE status = 'failed' AND task_name = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - make_interval(days => %s))
RETURNING id
"""


def forget_failed() -> int:
    """Failures of a week ago of what comes again by the clock: it has come since, or failed anew."""
    return len(_ask(_FORGET, [_by_clock(), KEPT_DAYS]))


def _by_clock() -> list[str]:
    """Names of jobs that come by the clock, before they would be given up."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    tasks = (one.task for one in app.periodic_registry.periodic_tasks.values())
    return sorted({task.name for task in tasks if task.retry_strategy is not RETRY})


def _ask(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
