from __future__ import annotations

import logging
import uuid

from procrastinate.contrib.django import app

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.retrying import RETRY, RETRY_TODAY
from aureole.privacy.models import LetterState
from aureole.privacy.rights.actions.close_unproven import close_unproven
from aureole.privacy.rights.actions.complete_request import complete_request
from aureole.privacy.rights.actions.recognise_request import recognise_request
from aureole.privacy.rights.actions.send_page_code import send_page_code
from aureole.privacy.rights.reminding import remind_of_requests
from aureole.privacy.rights.sending import send_letter
from aureole.privacy.rights.taking_up import look_again, take_up_letters
from aureole.privacy.rights.unproven import due_to_close

log = logging.getLogger(__name__)


@app.task(name="privacy.send_request_letter", queue="default", retry=RETRY)
def send_request_letter(*, letter_id: str) -> None:
    """Send one letter of the rights desk. Safe to run twice: only what waits is sent. Where nothing is set up to send
    with it is taken up later: a job that failed is one that somebody has to look at."""
    if send_letter(uuid.UUID(letter_id)) == LetterState.WAITING:
        look_again()


@app.task(name="privacy.take_up_letters", queue="default", retry=RETRY)
def take_up_waiting_letters() -> None:
    """Look whether letters that nothing could send can be sent now. Safe to run twice: each is sent once."""
    take_up_letters()


@app.task(name="privacy.carry_out_request", queue="default", retry=RETRY)
def carry_out_request(*, request_id: str) -> None:
    """Carry out what was released. Safe to run twice; what may not be carried out any more is left as it is."""
    try:
        complete_request(request_id=uuid.UUID(request_id), by=Actor.system())
    except Refused as refusal:  # taken back, disowned, or changed since: the timeline says so to the officers
        log.info("request not carried out: %s", refusal.code)


@app.periodic(cron="29 2 * * *", periodic_id="privacy.close_unproven")
@app.task(name="privacy.close_unproven_requests", queue="default", retry=RETRY_TODAY, lock="unproven")
def close_unproven_requests(timestamp: int) -> None:
    """Close requests for which nobody proved who asks, each on its own. Safe to run twice: what is closed stays so."""
    for request_id in due_to_close():
        try:
            close_unproven(request_id=request_id, by=Actor.system())
        except Refused as refusal:  # proven or closed meanwhile
            log.info("request not closed: %s", refusal.code)


@app.task(name="privacy.recognise_request", queue="default", retry=RETRY)
def recognise_new_request(*, request_id: str) -> None:
    """Find out whose a request from the portal is, and send a code. Safe to run twice."""
    recognise_request(request_id=uuid.UUID(request_id), by=Actor.system())


@app.task(name="privacy.send_page_code", queue="default", retry=RETRY)
def send_code_for_page(*, request_id: str) -> None:
    """Send one more code for a request's page. Run twice it sends two; the later one counts."""
    send_page_code(request_id=uuid.UUID(request_id), by=Actor.system())


@app.periodic(cron="7 5 * * *", periodic_id="privacy.remind_of_requests")
@app.task(name="privacy.remind_of_requests", queue="default", retry=RETRY_TODAY, lock="reminders")
def remind_each_morning(timestamp: int) -> None:
    """Write to whoever answers for requests that fall due. Safe to run twice: each stage is reminded of once."""
    remind_of_requests(by=Actor.system())
