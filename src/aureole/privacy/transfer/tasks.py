from __future__ import annotations

import logging
import uuid

from procrastinate.contrib.django import app

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused, note_refusal
from aureole.kernel.retrying import RETRY, RETRY_TODAY
from aureole.privacy.transfer import sending
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.noticed import give_outcome
from aureole.privacy.transfer.noticing import give_waiting_notice
from aureole.privacy.transfer.receipts import give_closing, sweep_transfers
from aureole.privacy.transfer.sending import deliver

log = logging.getLogger(__name__)


@app.task(name="privacy.deliver_transfer", queue="default", retry=RETRY)
def deliver_transfer(*, transfer_id: str) -> None:
    """Send a package to another instance, or ask how it stands there. Safe to run twice: the peer says what it has."""
    deliver(uuid.UUID(transfer_id))


@app.task(name="privacy.tell_withdrawn", queue="default", retry=RETRY)
def tell_withdrawn(*, transfer_id: str) -> None:
    """Tell another instance that a package was taken back. Safe to run twice."""
    sending.tell_withdrawn(uuid.UUID(transfer_id))


@app.task(name="privacy.tell_sender", queue="default", retry=RETRY)
def tell_sender(*, arrival_id: str) -> None:
    """Give the sender of a package the receipt of what became of it. Safe to run twice."""
    give_closing(uuid.UUID(arrival_id))


@app.task(name="privacy.give_notice", queue="default", retry=RETRY)
def give_notice(*, notice_id: str) -> None:
    """Tell a controller that got a package what was done with its person's data since. Safe to run twice."""
    give_waiting_notice(uuid.UUID(notice_id))


@app.task(name="privacy.tell_outcome", queue="default", retry=RETRY)
def tell_outcome(*, notice_id: str) -> None:
    """Tell whoever gave us a notice what was decided here. Safe to run twice."""
    give_outcome(uuid.UUID(notice_id))


@app.task(name="privacy.take_in_arrived", queue="default", retry=RETRY)
def take_in_arrived(*, arrival_id: str) -> None:
    """Take in what came from a peer whose packages are taken in by themselves. What does not fit waits for a person."""
    try:
        take_in_arrival(arrival_id=uuid.UUID(arrival_id), by=Actor.system())
    except Refused as refusal:
        note_refusal(refusal)
        log.info("arrival not taken in by itself: %s", refusal.code)


@app.periodic(cron="27 3 * * *", periodic_id="privacy.sweep_arrivals")
@app.task(name="privacy.sweep_arrivals", queue="default", retry=RETRY_TODAY)
def sweep_arrivals_nightly(timestamp: int) -> None:
    """Refuse what nobody decided about in time, and forget transfers of long ago. Safe to run twice."""
    sweep_transfers()
