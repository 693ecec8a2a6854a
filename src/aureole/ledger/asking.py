"""Having the log verified now, by the worker: it reads every entry, and no page should wait for that."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from aureole.kernel.clock import now

_TASK = "ledger.audit"


def ask_audit() -> None:
    """Once, however often it is asked for while it waits."""
    from aureole.ledger.tasks import audit

    try:
        with transaction.atomic():
            audit.configure().defer(timestamp=int(now().timestamp()))
    except AlreadyEnqueued:
        return


def audit_is_waiting() -> bool:
    """Whether one waits for the worker, or is being made."""
    return ProcrastinateJob.objects.filter(task_name=_TASK, status__in=("todo", "doing")).exists()
