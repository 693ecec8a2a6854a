from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from aureole.kernel.errors import Refused
from aureole.kernel.retrying import RETRY
from aureole.privacy.erasure.run import carry_out
from aureole.privacy.erasure.unfinished import go_on_with_begun


@app.task(name="privacy.carry_out_erasure", queue="default", retry=RETRY)
def carry_out_erasure(*, erasure_id: str) -> None:
    """Run or resume an erasure. Safe to run twice: each step is. One that a hold stopped is not tried again:
    the release of the hold resumes it. Nor is an anonymisation that would single the person out by now."""
    try:
        carry_out(uuid.UUID(erasure_id))
    except Refused as refusal:
        if refusal.code not in ("erasure_held", "singled_out"):
            raise


@app.periodic(cron="47 * * * *", periodic_id="privacy.go_on_with_erasures")
@app.task(name="privacy.go_on_with_erasures", queue="default")
def go_on_with_erasures(timestamp: int) -> None:
    """Leave a job for each erasure that was interrupted and has none. Safe to run twice."""
    go_on_with_begun()
