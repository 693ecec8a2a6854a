from __future__ import annotations

import logging
import uuid

import procrastinate
from procrastinate.contrib.django import app

log = logging.getLogger(__name__)
RETRY = procrastinate.RetryStrategy(max_attempts=20, exponential_wait=3)


@app.task(name="privacy.carry_out_erasure", queue="default", retry=RETRY)
def carry_out_erasure(*, erasure_id: str) -> None:
    """Run or resume an erasure. Safe to run twice: each step is."""
    from aureole.privacy.erasure.run import carry_out

    carry_out(uuid.UUID(erasure_id))


@app.task(name="privacy.send_request_letter", queue="default", retry=RETRY)
def send_request_letter(*, letter_id: str) -> None:
    """Send one letter of the rights desk. Safe to run twice: only what waits is sent."""
    from aureole.privacy.rights.sending import send_letter

    send_letter(uuid.UUID(letter_id))


@app.task(name="privacy.carry_out_request", queue="default", retry=RETRY)
def carry_out_request(*, request_id: str) -> None:
    """Carry out what was released. Safe to run twice; what may not be carried out any more is left as it is."""
    from aureole.kernel.actor import Actor
    from aureole.kernel.errors import Refused
    from aureole.privacy.rights.actions.complete_request import complete_request

    try:
        complete_request(request_id=uuid.UUID(request_id), by=Actor.system())
    except Refused as refusal:  # taken back, disowned, or changed since: the timeline says so to the officers
        log.info("request not carried out: %s", refusal.code)


@app.periodic(cron="17 3 * * *", periodic_id="privacy.sweep_exports")
@app.task(name="privacy.sweep_exports", queue="default", retry=RETRY)
def sweep_stored_exports(timestamp: int) -> None:
    """Delete packages nobody fetched in time. Safe to run twice."""
    from aureole.privacy.export.stored import sweep_exports

    sweep_exports()
