"""An instance that is upgraded has jobs in its queue, stored by the version before: they are found and done."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import TaskNotFound

import aureole
from aureole.kernel.ids import new_id
from aureole.kernel.jobs import store_job
from aureole.testing.jobs import run_waiting_jobs

# As they stand in queues. A job that goes or takes something else keeps its old name with `aliases` of its task.
IN_QUEUES = {
    "privacy.carry_out_erasure": "erasure_id",
    "privacy.go_on_with_erasures": "timestamp",
    "privacy.send_request_letter": "letter_id",
    "privacy.carry_out_request": "request_id",
    "privacy.run_retention": "timestamp",
    "privacy.count_what_has_run_out": "run_id",
    "privacy.carry_out_retention": "run_id",
    "privacy.close_unproven_requests": "timestamp",
    "privacy.recognise_request": "request_id",
    "privacy.send_page_code": "request_id",
    "privacy.drop_suppressions": "timestamp",
    "privacy.sweep_exports": "timestamp",
    "privacy.remind_of_requests": "timestamp",
    "privacy.deliver_transfer": "transfer_id",
    "privacy.tell_withdrawn": "transfer_id",
    "privacy.tell_sender": "arrival_id",
    "privacy.give_notice": "notice_id",
    "privacy.tell_outcome": "notice_id",
    "privacy.take_in_arrived": "arrival_id",
    "privacy.sweep_arrivals": "timestamp",
    "privacy.find_affected": "breach_id",
    "privacy.tell_affected": "breach_id",
    "privacy.remind_of_breaches": "timestamp",
    "privacy.remind_of_informing": "timestamp",
    "privacy.remind_of_consultations": "timestamp",
}


def test_every_job_an_older_version_stored_is_still_known_and_takes_the_same() -> None:
    for name, takes in IN_QUEUES.items():
        assert list(inspect.signature(app.tasks[name].func).parameters) == [takes], name


@pytest.mark.django_db
def test_a_job_that_stood_in_the_queue_before_the_upgrade_is_done() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', %s, %s)",
            ["privacy.send_request_letter", json.dumps({"letter_id": str(new_id())})],
        )
    assert run_waiting_jobs() == 1


def test_every_job_that_is_left_by_name_exists() -> None:
    named = [
        call.args[0].value
        for path in Path(aureole.__file__).parent.rglob("*.py")
        if "store_job(" in (text := path.read_text())
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "store_job"
        if isinstance(call.args[0], ast.Constant)
    ]
    assert "email.send_mail" in named
    assert set(named) - set(app.tasks) <= {"privacy.nobodys"}


@pytest.mark.django_db
def test_a_job_is_refused_where_it_is_left_when_nobody_would_do_it() -> None:
    with pytest.raises(TaskNotFound):
        store_job("privacy.nobodys", request_id=new_id())
    with pytest.raises(TypeError):
        store_job("privacy.carry_out_request", letter_id=new_id())
    assert not ProcrastinateJob.objects.exists()
