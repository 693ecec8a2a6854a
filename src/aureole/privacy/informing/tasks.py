from __future__ import annotations

from procrastinate.contrib.django import app

from aureole.kernel.actor import Actor
from aureole.kernel.retrying import RETRY_TODAY
from aureole.privacy.informing.reminding import remind_of_informing


@app.periodic(cron="13 5 * * *", periodic_id="privacy.remind_of_informing")
@app.task(name="privacy.remind_of_informing", queue="default", retry=RETRY_TODAY, lock="informing_reminders")
def remind_of_people_to_be_told(timestamp: int) -> None:
    """Write to officers about people who have to be told. Safe to run twice: each stage is reminded of once."""
    remind_of_informing(by=Actor.system())
