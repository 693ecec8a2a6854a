from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="41 3 * * *", periodic_id="vault.retire_intake_keys")
@app.task(name="vault.retire_intake_keys", queue="default")
def retire_old_intake_keys(timestamp: int) -> None:
    """Destroy intake keys nothing lies under any more. Safe to run twice."""
    from aureole.vault.intake import retire_intake_keys

    retire_intake_keys()


@app.periodic(cron="17 4 * * *", periodic_id="vault.sweep_files")
@app.task(name="vault.sweep_files", queue="default")
def sweep_orphaned_files(timestamp: int) -> None:
    """Delete ciphertexts no row names. Safe to run twice, and while files are sealed."""
    from aureole.vault.sweeping import sweep_files

    sweep_files()
