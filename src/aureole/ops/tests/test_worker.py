from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from aureole.ops.worker import retry_stalled_jobs


def sweep() -> int:
    async def open_and_sweep() -> int:
        async with app.open_async():
            return await retry_stalled_jobs(app)

    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        return asyncio.run(open_and_sweep())


def job_states() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs")
        return [status for (status,) in cursor.fetchall()]


def add_job_of_worker(*, silent_for: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [silent_for],
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            " VALUES ('default', 'kernel.react', '{}', 'doing', %s)",
            [worker],
        )


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_taken_up_again_and_that_of_a_living_one_is_left() -> None:
    add_job_of_worker(silent_for="1 hour")
    add_job_of_worker(silent_for="1 second")
    assert sweep() == 1
    assert sorted(job_states()) == ["doing", "todo"]
    assert sweep() == 0
