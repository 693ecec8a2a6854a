from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="41 3 * * *", periodic_id="vault.retire_intake_keys")
@app.task(name="vault.retire_intake_keys", queue="default")
def retire_old_intake_keys(timestamp: int) -> None:
    """Destroy intake keys nothing lies under any more. Safe to run twice."""
    from aureole.vault.intake import retire_intake_keys

    retire_intake_keys()
