from __future__ import annotations

import logging
import uuid

from procrastinate.contrib.django import app

from aureole.kernel.errors import Refused
from aureole.kernel.retrying import RETRY
from aureole.privacy.breaches.affected import find
from aureole.privacy.breaches.reminding import remind_of_breaches
from aureole.privacy.breaches.telling import tell

log = logging.getLogger(__name__)


@app.task(name="privacy.find_affected", queue="default", retry=RETRY)
def find_affected(*, breach_id: str) -> None:
    """Find who is affected by a breach. Safe to run twice: whoever is noted is noted once."""
    try:
        find(uuid.UUID(breach_id))
    except Refused as refusal:
        log.info("nobody found: %s", refusal.code)


@app.task(name="privacy.tell_affected", queue="default", retry=RETRY)
def tell_affected(*, breach_id: str) -> None:
    """Write to everybody affected by a breach. Safe to run twice: each is written to once."""
    tell(uuid.UUID(breach_id))


@app.periodic(cron="11 * * * *", periodic_id="privacy.remind_of_breaches")
@app.task(name="privacy.remind_of_breaches", queue="default", lock="breach_reminders")
def remind_of_breaches_hourly(timestamp: int) -> None:
    """Write to the officers while the hours of a breach run. Safe to run twice: each stage is reminded of once."""
    remind_of_breaches()
