from __future__ import annotations

from procrastinate.contrib.django import app

from aureole.privacy.rights.place import today
from aureole.vault.suppression import drop_what_is_over


@app.periodic(cron="7 3 * * *", periodic_id="privacy.drop_suppressions")
@app.task(name="privacy.drop_suppressions", queue="default")
def drop_suppressions(timestamp: int) -> None:
    """Delete entries of the suppression list whose day has come. Safe to run twice."""
    drop_what_is_over(today())
