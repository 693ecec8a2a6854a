"""A job that fails is not forgotten: tried again the same day, told to operators, and done once they say so."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from aureole.channels.email import transport
from aureole.kernel import clock
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.failing import do_again, failing, forget_failed, say_failing
from aureole.kernel.retrying import MOST_TRIES, RETRY, wait_after
from aureole.ops.doctor import jobs, mail
from aureole.privacy.models import RequestLetter
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.farewell import write_farewell
from aureole.privacy.rights.letters.outbox import write_everywhere
from aureole.privacy.rights.tasks import send_request_letter, take_up_waiting_letters
from aureole.testing.jobs import run_waiting_jobs
from aureole.testing.personas import Personas
from aureole.web.metrics import _jobs, _mail
from aureole.web.staff.privacy.requests.morning import morning_context


def test_a_job_is_tried_again_every_six_hours_at_the_latest_for_sixty_days() -> None:
    waits = [wait_after(failed_before) for failed_before in range(MOST_TRIES)]
    assert waits[0] == timedelta(seconds=3) and max(waits) == waits[11] == timedelta(hours=6)
    assert timedelta(days=60) <= list(accumulate(waits, initial=timedelta()))[-1] < timedelta(days=61)


def test_no_job_that_somebody_left_is_given_up_sooner() -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    by_clock = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}
    mine = {name: task for name, task in app.tasks.items() if "builtin" not in name}
    sooner = {name for name, task in mine.items() if task.retry_strategy is not RETRY}
    assert sooner <= by_clock, "what comes again by the clock is tried again by it"
    assert by_clock - sooner == {"search.rotate_index_keys"}, "no day of an outage leaves one more waiting"


@pytest.mark.django_db
def test_operators_see_what_fails_and_was_given_up_and_have_it_tried_again() -> None:
    [well] = jobs.checks()
    assert well.level == "green"
    _stands("privacy.tell_outcome", "todo", 4)
    _stands("privacy.tell_outcome", "todo", 1)  # may have met another transaction
    _stands("kernel.react", "failed", 250)
    _stands("ledger.seal", "failed", 1)
    [seen] = jobs.checks()
    assert seen.level == "red" and "aureole jobs again" in seen.fix
    told = [say_failing(one).partition(", next")[0] for one in failing()]
    assert told == [
        "kernel.react: 1 given up",
        "ledger.seal: failed 1 times this week, comes again by the clock",
        "privacy.tell_outcome: 1 failed several times and tried again",
    ]
    lines = "\n".join(line for gauge in _jobs() for line in gauge.lines())
    assert 'aureole_jobs_failing{job="privacy.tell_outcome"} 1' in lines
    assert 'aureole_jobs_given_up{job="kernel.react"} 1' in lines
    assert (do_again(), do_again()) == (3, 0)
    assert [one.name for one in failing()] == ["ledger.seal"]
    assert forget_failed() == 0, "it is of this week"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '8 days'")
    assert (forget_failed(), failing()) == (1, [])


@pytest.mark.django_db
def test_letters_that_wait_for_a_mail_server_are_one_finding_and_no_failing_jobs(personas: Personas) -> None:
    ada = personas.person("Ada Lindqvist", "ada@brevduva.example")
    [letter] = write_everywhere(ada.id, "receipt", "We have it", ["It came in."])
    for _ in range(4):
        send_request_letter(letter_id=str(letter.id))
    run_waiting_jobs("privacy.send_request_letter")
    later = ProcrastinateJob.objects.filter(status="todo", scheduled_at__gt=now())
    assert [job.task_name for job in later] == ["privacy.take_up_letters"], "one job for all that wait"
    assert failing() == []
    [seen] = mail.checks()
    assert (seen.level, seen.sentence) == ("amber", "No mail server: 1 letter waits.")
    lines = [line for gauge in _mail() for line in gauge.lines()]
    assert 'aureole_mail_without_server{kind="letter"} 1' in lines
    assert any(part.words == "no mail server: 1 letter waits" for part in morning_context([])["parts"])
    server = transport.FakeTransport()
    transport.use(server)
    try:
        assert list(mail.checks()) == []
        take_up_waiting_letters()
        take_up_waiting_letters()
        assert run_waiting_jobs("privacy.send_request_letter") == 2
    finally:
        transport.use(None)
    assert [to for _, to, _ in server.sent] == ["ada@brevduva.example"], "once"
    [late] = write_everywhere(ada.id, "receipt", "We have it", ["It came in."])
    write_farewell(open_request(kind="erasure", by=Actor.operator(), channel="operator", person_id=ada.id))
    with clock.at(now() + timedelta(days=3)):
        take_up_waiting_letters()
    assert RequestLetter.objects.get(kind="farewell").state == "waiting", "it leaves when its erasure says so"
    late.refresh_from_db()
    assert (late.state, late.text) == ("failed", None), "its request says that it was not delivered"


def _stands(name: str, status: str, attempts: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, scheduled_at) "
            "VALUES ('default', %s, '{}', 'todo', %s, now() + interval '5 hours') RETURNING id",
            [name, attempts],
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, cursor.fetchone()[0]]
        )
