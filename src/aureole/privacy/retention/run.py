"""Doing what a plan said: batch by batch, each a transaction that can be the last one."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.models import RetentionRun
from aureole.privacy.retention.plan import Plan, make_plan, when_on
from aureole.privacy.retention.ports import Unit, When, units

BATCH = 200
RESUMABLE = timedelta(days=7)  # after that somebody looks at a plan of the day again
Progress = Callable[[int], None]

_NOTE = """
UPDATE privacy_retention_run SET done = (
    SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
        SELECT key, sum(value::bigint) AS total
        FROM (SELECT * FROM jsonb_each_text(done) UNION ALL SELECT * FROM jsonb_each_text(%s)) counts
        GROUP BY key
    ) totals
) WHERE id = %s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`done`: rows by table over all parts of the run; `restricted` under "restricted"."""

    run_id: uuid.UUID
    finished: bool
    done: dict[str, int]

    def as_json(self) -> dict[str, object]:
        return {"run": str(self.run_id), "finished": self.finished, "done": self.done}


def run_retention(
    *,
    by: Actor,
    approve: str = "",
    limit: int | None = None,
    automatic: bool = False,
    progress: Progress = lambda taken: None,
) -> Outcome:
    """Erase and restrict what has run out. The caller has checked the permission.

    approve    hash of today's plan; without it a run that was approved and interrupted goes on
    limit      how many tickets and persons at most, for now; the rest goes on with the next call
    automatic  the operator switched retention on beforehand (AUREOLE_RETENTION): no approval is asked for

    Raises Refused for a hash that is not that of the plan as it is now, and when there is nothing to go on with.
    """
    run = _run(by, approve, automatic)
    when, left = when_on(run.as_of), limit
    for unit in units():
        left = _take(unit, when, run, left, progress)
        if left == 0:
            break
    if left != 0:
        RetentionRun.objects.filter(pk=run.pk).update(finished_at=now())
    run.refresh_from_db()
    live.touch("retention")
    return Outcome(run_id=run.id, finished=run.finished_at is not None, done=run.done)


def unfinished_run() -> RetentionRun | None:
    """One that was approved and broke off, or was limited."""
    rows = RetentionRun.objects.filter(finished_at=None, started_at__gte=now() - RESUMABLE)
    return rows.order_by("-started_at").first()


def _run(by: Actor, approve: str, automatic: bool) -> RetentionRun:
    going = unfinished_run()
    if going is not None and approve in ("", going.hash):
        return going
    if not approve and not automatic:
        raise Refused(
            "retention_unapproved",
            "Look at `aureole retention plan` and give its hash with --approve. Nothing was erased.",
        )
    plan = make_plan()
    if approve and approve != plan.hash:
        raise Refused(
            "retention_changed",
            "That is not the hash of the plan as it is now: the day is over, or something has changed since you "
            "looked. Nothing was erased; look at the new plan and decide again.",
        )
    return _begin(plan, by, automatic)


def _begin(plan: Plan, by: Actor, automatic: bool) -> RetentionRun:
    with transaction.atomic():
        RetentionRun.objects.filter(finished_at=None).update(finished_at=now())  # this one takes its place
        run = RetentionRun.objects.create(
            hash=plan.hash, as_of=plan.when.as_of, automatic=automatic, approved_by=by.agent_id,
            started_at=now(),
        )  # fmt: skip
        record(
            "privacy.retention_begun", by=by, way="automatic" if automatic else "approved",
            erase=plan.total("erase"), restrict=plan.total("restrict"), held=plan.total("held"),
            floor=plan.total("floor"),
        )  # fmt: skip
    return run


def _take(unit: Unit, when: When, run: RetentionRun, left: int | None, progress: Progress) -> int | None:
    """What is left of the limit."""
    after: uuid.UUID | None = None
    while left is None or left > 0:
        room = BATCH if left is None else min(BATCH, left)
        done = unit.batch(when, after=after, room=room, note=lambda gone: _note(run, gone))
        progress(done.taken)
        left = None if left is None else left - done.taken
        if done.after is None:
            break
        after = done.after
    return left


def _note(run: RetentionRun, gone: Counter[str]) -> None:
    """In the transaction of the batch: counts, and one entry of the log."""
    if not +gone:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [json.dumps(+gone), run.pk])
    rows = sum(count for place, count in gone.items() if place != "restricted")
    record(
        "privacy.retention_applied", by=Actor.system(), items=rows, tickets=gone["desk_ticket"],
        persons=gone["people_person"], restricted=gone["restricted"],
    )  # fmt: skip
