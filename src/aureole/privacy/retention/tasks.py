from __future__ import annotations

import uuid

from django.conf import settings
from procrastinate.contrib.django import app

from aureole.kernel.actor import Actor
from aureole.kernel.retrying import RETRY, RETRY_TODAY
from aureole.privacy.retention.counting import count_for
from aureole.privacy.retention.run import carry_out, run_retention, unfinished_run


@app.periodic(cron="43 2 * * *", periodic_id="privacy.retention")
@app.task(name="privacy.run_retention", queue="default", retry=RETRY_TODAY, lock="retention")
def run_retention_nightly(timestamp: int) -> None:
    """Erase what has run out, where AUREOLE_RETENTION says so; go on with what broke off. Safe to run twice."""
    if settings.AUREOLE_RETENTION or unfinished_run() is not None:
        run_retention(by=Actor.system(), automatic=True)


@app.task(name="privacy.count_what_has_run_out", queue="default", retry=RETRY)
def count_what_has_run_out(*, run_id: str) -> None:
    """The dry run a page asked for. Safe to run twice."""
    count_for(uuid.UUID(run_id))


@app.task(name="privacy.carry_out_retention", queue="default", retry=RETRY, lock="retention")
def carry_out_retention(*, run_id: str) -> None:
    """Erase what was approved, or go on with it. Safe to run twice: each batch looks again."""
    carry_out(uuid.UUID(run_id))
