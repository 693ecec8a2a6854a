from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.jobs import store_job
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.standing import CURRENT, UNDER_WAY, one_at_a_time
from aureole.privacy.rights.place import today

COUNTING = timedelta(minutes=10)  # a count that has not come by then was lost with its worker


def ask_plan(*, by: Actor) -> RetentionRun:
    """Have the worker count what has run out today; nothing goes by it. The caller has checked the permission.

    An earlier plan that nobody let go is given up. Asked again while it is counted, it is the same one. Raises
    Refused while a run is under way.
    """
    with transaction.atomic():
        one_at_a_time()
        current = RetentionRun.objects.filter(state__in=CURRENT)
        if current.filter(state__in=UNDER_WAY).exists():
            raise Refused(
                "retention_under_way",
                "What has run out is being erased right now. Look again when that is done.",
            )
        counted = current.filter(state=RunState.LOOKING, as_of=today(), asked_at__gt=now() - COUNTING).first()
        if counted is not None:
            return counted
        current.update(state=RunState.REPLACED, finished_at=now())
        run = RetentionRun.objects.create(
            state=RunState.LOOKING, as_of=today(), asked_by=by.agent_id, asked_at=now()
        )
        store_job("privacy.count_what_has_run_out", run_id=run.id)
        live.touch("retention")
    return run
