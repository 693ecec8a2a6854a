from __future__ import annotations

import logging
import uuid

import procrastinate
from procrastinate.contrib.django import app

from aureole.privacy.transfer.patience import Patient

log = logging.getLogger(__name__)
RETRY = procrastinate.RetryStrategy(max_attempts=20, exponential_wait=3)


@app.task(name="privacy.carry_out_erasure", queue="default", retry=RETRY)
def carry_out_erasure(*, erasure_id: str) -> None:
    """Run or resume an erasure. Safe to run twice: each step is. One that a hold stopped is not tried again:
    the release of the hold resumes it. Nor is an anonymisation that would single the person out by now."""
    from aureole.kernel.errors import Refused
    from aureole.privacy.erasure.run import carry_out

    try:
        carry_out(uuid.UUID(erasure_id))
    except Refused as refusal:
        if refusal.code not in ("erasure_held", "singled_out"):
            raise


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


@app.periodic(cron="43 2 * * *", periodic_id="privacy.retention")
@app.task(name="privacy.run_retention", queue="default", retry=RETRY, lock="retention")
def run_retention_nightly(timestamp: int) -> None:
    """Erase what has run out, where AUREOLE_RETENTION says so; go on with what broke off. Safe to run twice."""
    from django.conf import settings

    from aureole.kernel.actor import Actor
    from aureole.privacy.retention.run import run_retention, unfinished_run

    if settings.AUREOLE_RETENTION or unfinished_run() is not None:
        run_retention(by=Actor.system(), automatic=True)


@app.task(name="privacy.count_what_has_run_out", queue="default", retry=RETRY)
def count_what_has_run_out(*, run_id: str) -> None:
    """The dry run a page asked for. Safe to run twice."""
    from aureole.privacy.retention.counting import count_for

    count_for(uuid.UUID(run_id))


@app.task(name="privacy.carry_out_retention", queue="default", retry=RETRY, lock="retention")
def carry_out_retention(*, run_id: str) -> None:
    """Erase what was approved, or go on with it. Safe to run twice: each batch looks again."""
    from aureole.privacy.retention.run import carry_out

    carry_out(uuid.UUID(run_id))


@app.periodic(cron="29 2 * * *", periodic_id="privacy.close_unproven")
@app.task(name="privacy.close_unproven_requests", queue="default", retry=RETRY, lock="unproven")
def close_unproven_requests(timestamp: int) -> None:
    """Close requests for which nobody proved who asks, each on its own. Safe to run twice: what is closed stays so."""
    from aureole.kernel.actor import Actor
    from aureole.kernel.errors import Refused
    from aureole.privacy.rights.actions.close_unproven import close_unproven
    from aureole.privacy.rights.unproven import due_to_close

    for request_id in due_to_close():
        try:
            close_unproven(request_id=request_id, by=Actor.system())
        except Refused as refusal:  # proven or closed meanwhile
            log.info("request not closed: %s", refusal.code)


@app.task(name="privacy.recognise_request", queue="default", retry=RETRY)
def recognise_new_request(*, request_id: str) -> None:
    """Find out whose a request from the portal is, and send a code. Safe to run twice."""
    from aureole.kernel.actor import Actor
    from aureole.privacy.rights.actions.recognise_request import recognise_request

    recognise_request(request_id=uuid.UUID(request_id), by=Actor.system())


@app.task(name="privacy.send_page_code", queue="default", retry=RETRY)
def send_code_for_page(*, request_id: str) -> None:
    """Send one more code for a request's page. Run twice it sends two; the later one counts."""
    from aureole.kernel.actor import Actor
    from aureole.privacy.rights.actions.send_page_code import send_page_code

    send_page_code(request_id=uuid.UUID(request_id), by=Actor.system())


@app.periodic(cron="7 3 * * *", periodic_id="privacy.drop_suppressions")
@app.task(name="privacy.drop_suppressions", queue="default")
def drop_suppressions(timestamp: int) -> None:
    """Delete entries of the suppression list whose day has come. Safe to run twice."""
    from aureole.privacy.rights.place import today
    from aureole.vault.suppression import drop_what_is_over

    drop_what_is_over(today())


@app.periodic(cron="17 3 * * *", periodic_id="privacy.sweep_exports")
@app.task(name="privacy.sweep_exports", queue="default", retry=RETRY)
def sweep_stored_exports(timestamp: int) -> None:
    """Delete packages nobody fetched in time. Safe to run twice."""
    from aureole.privacy.export.stored import sweep_exports

    sweep_exports()


@app.periodic(cron="7 5 * * *", periodic_id="privacy.remind_of_requests")
@app.task(name="privacy.remind_of_requests", queue="default", retry=RETRY, lock="reminders")
def remind_each_morning(timestamp: int) -> None:
    """Write to whoever answers for requests that fall due. Safe to run twice: each stage is reminded of once."""
    from aureole.kernel.actor import Actor
    from aureole.privacy.rights.reminding import remind_of_requests

    remind_of_requests(by=Actor.system())


@app.task(name="privacy.deliver_transfer", queue="default", retry=RETRY)
def deliver_transfer(*, transfer_id: str) -> None:
    """Send a package to another instance, or ask how it stands there. Safe to run twice: the peer says what it has."""
    from aureole.privacy.transfer.sending import deliver

    deliver(uuid.UUID(transfer_id))


@app.task(name="privacy.tell_withdrawn", queue="default", retry=Patient())
def tell_withdrawn(*, transfer_id: str) -> None:
    """Tell another instance that a package was taken back. Safe to run twice."""
    from aureole.privacy.transfer import sending

    sending.tell_withdrawn(uuid.UUID(transfer_id))


@app.task(name="privacy.tell_sender", queue="default", retry=Patient())
def tell_sender(*, arrival_id: str) -> None:
    """Give the sender of a package the receipt of what became of it. Safe to run twice."""
    from aureole.privacy.transfer.receipts import give_closing

    give_closing(uuid.UUID(arrival_id))


@app.task(name="privacy.give_notice", queue="default", retry=RETRY)
def give_notice(*, notice_id: str) -> None:
    """Tell a controller that got a package what was done with its person's data since. Safe to run twice."""
    from aureole.privacy.transfer.noticing import give_waiting_notice

    give_waiting_notice(uuid.UUID(notice_id))


@app.task(name="privacy.tell_outcome", queue="default", retry=Patient())
def tell_outcome(*, notice_id: str) -> None:
    """Tell whoever gave us a notice what was decided here. Safe to run twice."""
    from aureole.privacy.transfer.noticed import give_outcome

    give_outcome(uuid.UUID(notice_id))


@app.task(name="privacy.take_in_arrived", queue="default", retry=RETRY)
def take_in_arrived(*, arrival_id: str) -> None:
    """Take in what came from a peer whose packages are taken in by themselves. What does not fit waits for a person."""
    from aureole.kernel.actor import Actor
    from aureole.kernel.errors import Refused
    from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival

    try:
        take_in_arrival(arrival_id=uuid.UUID(arrival_id), by=Actor.system())
    except Refused as refusal:
        log.info("arrival not taken in by itself: %s", refusal.code)


@app.periodic(cron="27 3 * * *", periodic_id="privacy.sweep_arrivals")
@app.task(name="privacy.sweep_arrivals", queue="default", retry=RETRY)
def sweep_arrivals_nightly(timestamp: int) -> None:
    """Refuse what nobody decided about in time, and forget transfers of long ago. Safe to run twice."""
    from aureole.privacy.transfer.receipts import sweep_transfers

    sweep_transfers()


@app.task(name="privacy.find_affected", queue="default", retry=RETRY)
def find_affected(*, breach_id: str) -> None:
    """Find who is affected by a breach. Safe to run twice: whoever is noted is noted once."""
    from aureole.kernel.errors import Refused
    from aureole.privacy.breaches.affected import find

    try:
        find(uuid.UUID(breach_id))
    except Refused as refusal:
        log.info("nobody found: %s", refusal.code)


@app.task(name="privacy.tell_affected", queue="default", retry=RETRY)
def tell_affected(*, breach_id: str) -> None:
    """Write to everybody affected by a breach. Safe to run twice: each is written to once."""
    from aureole.privacy.breaches.telling import tell

    tell(uuid.UUID(breach_id))


@app.periodic(cron="11 * * * *", periodic_id="privacy.remind_of_breaches")
@app.task(name="privacy.remind_of_breaches", queue="default", retry=RETRY, lock="breach_reminders")
def remind_of_breaches_hourly(timestamp: int) -> None:
    """Write to the officers while the hours of a breach run. Safe to run twice: each stage is reminded of once."""
    from aureole.privacy.breaches.reminding import remind_of_breaches

    remind_of_breaches()


@app.periodic(cron="13 5 * * *", periodic_id="privacy.remind_of_informing")
@app.task(name="privacy.remind_of_informing", queue="default", retry=RETRY, lock="informing_reminders")
def remind_of_people_to_be_told(timestamp: int) -> None:
    """Write to officers about people who have to be told. Safe to run twice: each stage is reminded of once."""
    from aureole.kernel.actor import Actor
    from aureole.privacy.informing.reminding import remind_of_informing

    remind_of_informing(by=Actor.system())


@app.periodic(cron="19 5 * * *", periodic_id="privacy.remind_of_consultations")
@app.task(name="privacy.remind_of_consultations", queue="default", retry=RETRY, lock="consultation_reminders")
def remind_of_open_consultations(timestamp: int) -> None:
    """Write to officers when an authority's time ends. Safe to run twice: each stage is reminded of once."""
    from aureole.kernel.actor import Actor
    from aureole.privacy.consulting.reminding import remind_of_consultations

    remind_of_consultations(by=Actor.system())
