from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *", periodic_id="ledger.seal")
@app.task(name="ledger.seal", queue="default", queueing_lock="ledger.seal")
def seal(timestamp: int) -> None:
    """Place new entries, sign, show the checkpoint to the witnesses. Safe to run twice."""
    from aureole.ledger.checkpoints import bring_up_to_date
    from aureole.ledger.witnesses.showing import show_to_witnesses

    bring_up_to_date()
    show_to_witnesses()


@app.periodic(cron="17 * * * *", periodic_id="ledger.audit")
@app.task(name="ledger.audit", queue="default", queueing_lock="ledger.audit")
def audit(timestamp: int) -> None:
    """Read the whole log, the newest entries too, and keep what was found, for the console and the metrics."""
    from aureole.ledger.audit import audit_and_record
    from aureole.ledger.checkpoints import bring_up_to_date

    bring_up_to_date()
    audit_and_record()
