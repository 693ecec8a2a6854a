from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.standing import current_run, record_counts


def propose_run(*, run_id: uuid.UUID, by: Actor) -> RetentionRun:
    """Say that what was counted may go; a second person decides. The caller has checked the permission.

    A second time changes nothing. Raises NotFound, and Refused for a plan of another day or one that is past that.
    """
    with transaction.atomic():
        run = current_run(run_id)
        if run.state == RunState.PROPOSED:
            return run
        if run.state != RunState.LOOKED:
            raise Refused(
                "retention_not_counted", "This plan is not waiting for anybody. Nothing was changed."
            )
        run.state, run.proposed_by, run.proposed_at = RunState.PROPOSED, by.agent_id, now()
        run.save(update_fields=["state", "proposed_by", "proposed_at"])
        record_counts("privacy.retention_proposed", run, by)
        live.touch("retention")
    return run
