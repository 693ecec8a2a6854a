"""Having the log verified now, by the worker: it reads every entry, and no page should wait for that."""

from __future__ import annotations

from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.kernel.clock import now
from aureole.kernel.jobs import store_job

_TASK = "ledger.audit"


def ask_audit() -> None:
    """Once, however often it is asked for while it waits."""
    store_job(_TASK, once=_TASK, timestamp=int(now().timestamp()))


def audit_is_waiting() -> bool:
    """Whether one waits for the worker, or is being made."""
    return ProcrastinateJob.objects.filter(task_name=_TASK, status__in=("todo", "doing")).exists()
