"""The dry run that a page asked for, made by the worker: it looks at all that is old, which takes its time."""

from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.privacy.models import RetentionRun, RunState
from aureole.privacy.retention.plan import make_plan


def count_for(run_id: uuid.UUID) -> None:
    """Fill in what was asked for. Safe to run twice; one that was given up meanwhile stays as it is."""
    asked = RetentionRun.objects.filter(pk=run_id, state=RunState.LOOKING)
    if not asked.exists():
        return
    with transaction.atomic():  # true of one moment
        plan = make_plan()
        found = plan.as_json()
        asked.update(
            state=RunState.LOOKED, hash=plan.hash, as_of=plan.when.as_of,
            plan={"classes": found["classes"], "notes": found["notes"]},
        )  # fmt: skip
        live.touch("retention")
