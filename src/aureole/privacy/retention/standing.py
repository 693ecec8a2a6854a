"""Which run there is now, and how far it came."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.rights.place import today

UNDER_WAY = (RunState.APPROVED, RunState.RUNNING)
CURRENT = (RunState.LOOKING, RunState.LOOKED, RunState.PROPOSED, *UNDER_WAY)
_LOCK = 0x4E71  # number of the advisory lock of those who begin, propose or approve a run
COUNTS = ("erase", "restrict", "held", "floor")


def one_at_a_time() -> None:
    """Until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def runs() -> QuerySet[RetentionRun]:
    """The newest first."""
    return RetentionRun.objects.order_by("-asked_at", "-id")


def run_named(run_id: uuid.UUID) -> RetentionRun:
    """Raises NotFound."""
    run = RetentionRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound("retention_run_not_found", "There is no such plan here.")
    return run


def current_run(run_id: uuid.UUID) -> RetentionRun:
    """The run, locked against others who decide about it. Raises NotFound, Refused for one that is over."""
    one_at_a_time()
    run = run_named(run_id)
    if run.state not in CURRENT:
        raise Refused("retention_over", "This plan is done or was given up. Nothing was changed; look again.")
    if is_expired(run):
        raise Refused(
            "retention_expired",
            "This plan was made for a day that is over, and its approval with it. Nothing was erased; look again.",
        )
    return run


def is_expired(run: RetentionRun) -> bool:
    """A plan that nobody began to carry out counts on its own day only."""
    return run.state in CURRENT and run.state != RunState.RUNNING and run.as_of < today()


def counts_of(run: RetentionRun) -> dict[str, int]:
    """What was counted, all tables together."""
    lines = run.plan.get("classes", [])
    return {what: sum(line[what] for line in lines) for what in COUNTS}


def record_counts(name: str, run: RetentionRun, by: Actor, way: str = "") -> None:
    """The entry of the log about a decision: what was counted, and no word more."""
    facts: dict[str, Any] = {**counts_of(run), **({"way": way} if way else {})}
    record(name, by=by, **facts)
