"""Doing what a plan said: batch by batch, each a transaction that can be the last one."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.deadlocks import again_on_deadlock
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.plan import Plan, make_plan, when_on
from aureole.privacy.retention.ports import Unit, When, units
from aureole.privacy.retention.standing import CURRENT, one_at_a_time, record_counts

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
    return _work(_run(by, approve, automatic), limit, progress)


def carry_out(run_id: uuid.UUID) -> None:
    """The worker's part of a run that was approved on a page; goes on where an earlier one broke off.

    Nothing is erased when the day of the plan is over or its counts have changed: then the run says so.
    """
    run = RetentionRun.objects.filter(pk=run_id).first()
    if run is not None and run.state == RunState.APPROVED:
        run = _start(run)
    if run is not None and run.state == RunState.RUNNING:
        _work(run, None, lambda taken: None)


def unfinished_run() -> RetentionRun | None:
    """One that was approved and broke off, or was limited."""
    rows = RetentionRun.objects.filter(state=RunState.RUNNING, started_at__gte=now() - RESUMABLE)
    return rows.order_by("-started_at").first()


def _work(run: RetentionRun, limit: int | None, progress: Progress) -> Outcome:
    when, left = when_on(run.as_of), limit
    for unit in units():
        left = _take(unit, when, run, left, progress)
        if left == 0:
            break
    if left != 0:
        RetentionRun.objects.filter(pk=run.pk).update(finished_at=now(), state=RunState.DONE)
    run.refresh_from_db()
    live.touch("retention")
    return Outcome(run_id=run.id, finished=run.finished_at is not None, done=run.done)


def _start(run: RetentionRun) -> RetentionRun:
    """Exactly what was approved, or nothing."""
    with transaction.atomic():
        one_at_a_time()
        plan = make_plan()
        if plan.hash != run.hash:
            run.state, run.finished_at = RunState.CHANGED, now()
            run.plan |= {"now": plan.as_json()["classes"]}
        else:
            run.state, run.started_at = RunState.RUNNING, now()
        run.save(update_fields=["state", "started_at", "finished_at", "plan"])
        live.touch("retention")
    return run


def _run(by: Actor, approve: str, automatic: bool) -> RetentionRun:
    going = unfinished_run()
    if going is not None and approve in ("", going.hash):
        return going
    if not approve and not automatic:
        raise Refused(
            "retention_unapproved",
            "Look at `aureole retention plan` and give its hash with --approve. Nothing was erased.",
        )
    if by.kind == "agent" and settings.AUREOLE_SECOND_PERSON:
        raise Refused(
            "retention_second_person",
            "Here a second person has to let it go. Propose it on the retention page; nothing was erased.",
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
    found = plan.as_json()
    with transaction.atomic():
        one_at_a_time()
        # This one takes the place of all that wait or broke off.
        RetentionRun.objects.filter(state__in=CURRENT).update(state=RunState.REPLACED, finished_at=now())
        run = RetentionRun.objects.create(
            state=RunState.RUNNING, hash=plan.hash, as_of=plan.when.as_of, automatic=automatic,
            plan={"classes": found["classes"], "notes": found["notes"]},
            asked_by=by.agent_id, asked_at=now(), approved_by=by.agent_id, approved_at=now(), started_at=now(),
        )  # fmt: skip
        way = "automatic" if automatic else "approved"
        record_counts("privacy.retention_begun", run, by, way=way)
    return run


def _take(unit: Unit, when: When, run: RetentionRun, left: int | None, progress: Progress) -> int | None:
    """What is left of the limit."""
    after: uuid.UUID | None = None
    while left is None or left > 0:
        room = BATCH if left is None else min(BATCH, left)
        batch = partial(unit.batch, when, after=after, room=room, note=lambda gone: _note(run, gone))
        done = again_on_deadlock(batch)
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
    live.touch("retention")
