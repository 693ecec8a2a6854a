from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="11 * * * *", periodic_id="staff.forget_attempts")
@app.task(name="staff.forget_attempts", queue="default")
def forget_old_attempts(timestamp: int) -> None:
    """Delete counts of failed sign-ins, sessions and sign-in links that are over. Safe to run twice."""
    from aureole.staff.retention import forget_sign_ins
    from aureole.staff.throttle import forget_old

    forget_old()
    forget_sign_ins()
