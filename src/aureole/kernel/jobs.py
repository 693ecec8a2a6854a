"""Work left to the worker, asked for by name: who leaves a job does not import who does it.

A job is stored in the caller's transaction: a rollback takes it back, a crash after commit loses nothing. Each room
says in its own `tasks.py` what its jobs do; they run at least once, so what they do must be harmless a second time.
"""

from __future__ import annotations

import inspect
import uuid
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


def store_job(
    name: str,
    /,
    *,
    at: datetime | None = None,
    after: timedelta | None = None,
    lock: str | None = None,
    once: str | None = None,
    **ids: uuid.UUID | int,
) -> None:
    """Have the worker do it.

    name   of a job in some `tasks.py`: "privacy.tell_outcome"
    at     not before this moment; or `after` so long
    lock   jobs of one lock run one after another
    once   of this name one waits at the most: asked for again, it is the one that waits
    ids    what the job takes. Ids and whole numbers only: a queue is no place for personal data
    Raises TaskNotFound for a name nobody knows, TypeError for ids the job does not take.
    """
    schedule = {"schedule_in": {"seconds": after.total_seconds()}} if after else {"schedule_at": at}
    given = {"lock": lock, "queueing_lock": once, **schedule}
    job = app.configure_task(
        name, allow_unknown=False, **{key: value for key, value in given.items() if value is not None}
    )
    args = {key: str(value) if isinstance(value, uuid.UUID) else value for key, value in ids.items()}
    inspect.signature(app.tasks[name].func).bind(**args)  # here, and not in the worker, where nobody sees it
    if once is None:
        job.defer(**args)
        return
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**args)
