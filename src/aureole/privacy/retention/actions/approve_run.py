from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.jobs import store_job
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.standing import current_run, record_counts


def approve_run(*, run_id: uuid.UUID, expected_hash: str, by: Actor) -> RetentionRun:
    """Let exactly what was counted go; the worker does it, at once. The caller has checked the permission.

    expected_hash  of the plan that was looked at
    The approval is for the day of the plan: a worker that comes to it later, or finds that something has changed,
    erases nothing. A second time changes nothing. Raises NotFound, and Refused for a plan of another day, one that
    was counted anew, and where the policy wants a second person and this is the one who proposed it.
    """
    with transaction.atomic():
        run = current_run(run_id)
        if run.state in (RunState.APPROVED, RunState.RUNNING):
            return run
        if expected_hash != run.hash:
            raise Refused(
                "retention_changed",
                "It was counted anew since you looked. Nothing was erased; look again and decide.",
            )
        _refuse_alone(run, by)
        run.state, run.approved_by, run.approved_at = RunState.APPROVED, by.agent_id, now()
        run.save(update_fields=["state", "approved_by", "approved_at"])
        record_counts("privacy.retention_begun", run, by, way="approved")
        store_job("privacy.carry_out_retention", run_id=run.id)
        live.touch("retention")
    return run


def _refuse_alone(run: RetentionRun, by: Actor) -> None:
    wanted = RunState.PROPOSED if settings.AUREOLE_SECOND_PERSON else RunState.LOOKED
    if run.state not in (RunState.PROPOSED, wanted):
        raise Refused(
            "retention_unproposed",
            "Somebody has to say first that this may go; then a second person lets it. Nothing was erased.",
        )
    if settings.AUREOLE_SECOND_PERSON and by.agent_id == run.proposed_by:
        raise Refused(
            "approved_by_self",
            "Who proposed this may not let it go: a second person has to. Nothing was erased.",
        )
