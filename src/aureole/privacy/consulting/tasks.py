from __future__ import annotations

from procrastinate.contrib.django import app

from aureole.kernel.actor import Actor
from aureole.kernel.retrying import RETRY_TODAY
from aureole.privacy.consulting.reminding import remind_of_consultations


@app.periodic(cron="19 5 * * *", periodic_id="privacy.remind_of_consultations")
@app.task(
    name="privacy.remind_of_consultations", queue="default", retry=RETRY_TODAY, lock="consultation_reminders"
)
def remind_of_open_consultations(timestamp: int) -> None:
    """Write to officers when an authority's time ends. Safe to run twice: each stage is reminded of once."""
    remind_of_consultations(by=Actor.system())
