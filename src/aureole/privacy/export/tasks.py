from __future__ import annotations

from procrastinate.contrib.django import app

from aureole.kernel.retrying import RETRY_TODAY
from aureole.privacy.export.stored import sweep_exports


@app.periodic(cron="17 3 * * *", periodic_id="privacy.sweep_exports")
@app.task(name="privacy.sweep_exports", queue="default", retry=RETRY_TODAY)
def sweep_stored_exports(timestamp: int) -> None:
    """Delete packages nobody fetched in time. Safe to run twice."""
    sweep_exports()
