from __future__ import annotations

from procrastinate.contrib.django import app

from aureole.kernel import events
from aureole.kernel.failing import forget_failed
from aureole.kernel.retrying import RETRY


@app.task(name="kernel.react", queue="default", retry=RETRY)
def react(*, event: str, reaction: str, payload: dict[str, str | int]) -> None:
    """Hand one stored event to one reaction. Safe to run twice: reactions must be."""
    events.deliver(event, reaction, payload)


@app.periodic(cron="37 3 * * *", periodic_id="kernel.forget_failed")
@app.task(name="kernel.forget_failed", queue="default")
def forget_failed_jobs(timestamp: int) -> None:
    """Drop failures of long ago of what comes again by the clock. Safe to run twice."""
    forget_failed()
