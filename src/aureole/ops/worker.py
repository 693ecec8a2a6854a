"""`python -m aureole.ops.worker`: runs the queue. Finished jobs leave at once: no argument lingers."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from procrastinate import App

from aureole.ops.instance import django_ready

CONCURRENCY = 2
SWEEP_EVERY = 30.0  # seconds
SILENT_FOR = 30.0  # seconds without a sign of life: the worker is gone, its jobs are taken up again

log = logging.getLogger(__name__)


async def work(app: App) -> None:
    """Until a signal asks to stop; jobs under way are finished first."""
    sweep = asyncio.create_task(_sweep_for_ever(app))
    try:
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            listen_notify=True,
            delete_jobs="successful",
            shutdown_graceful_timeout=20,
        )
    finally:
        sweep.cancel()


async def retry_stalled_jobs(app: App) -> int:
    """How many jobs of killed workers were put back. A handler may therefore run twice, and must bear it."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR))
    for job in stalled:
        await app.job_manager.retry_job_by_id_async(job_id=job.id, retry_at=datetime.now(UTC))  # type: ignore[arg-type]
    return len(stalled)


async def _sweep_for_ever(app: App) -> None:
    while True:
        try:
            count = await retry_stalled_jobs(app)
        except Exception:  # the next round tries again; the queue itself goes on
            log.exception("worker.sweep_failed")
        else:
            if count:
                log.warning("worker.stalled_jobs_retried count=%d", count)
        await asyncio.sleep(SWEEP_EVERY)


def main() -> None:
    with django_ready():
        from procrastinate.contrib.django import app

        from aureole.vault.eviction import start_eviction_listener

        start_eviction_listener()
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
            asyncio.run(_open_and_work(worker_app))


async def _open_and_work(app: App) -> None:
    async with app.open_async():
        await work(app)


if __name__ == "__main__":
    main()
