from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="*/5 * * * *", periodic_id="people.seek_twins")
@app.task(name="people.seek_twins", queue="default", lock="people.seek_twins")
def seek_twins(timestamp: int) -> None:
    """Look whether new and changed records are likely somebody's who has one already. Safe to run twice."""
    from aureole.people.twins import seek_new

    seek_new()


@app.periodic(cron="23 3 * * *", periodic_id="people.forget_undos")
@app.task(name="people.forget_undos", queue="default")
def forget_merge_undos(timestamp: int) -> None:
    """Delete what would take a merge apart, once its 30 days are over. Safe to run twice."""
    from aureole.people.retention import forget_undos

    forget_undos()


@app.periodic(cron="29 3 * * *", periodic_id="people.note_come_of_age")
@app.task(name="people.note_come_of_age", queue="default")
def note_who_came_of_age(timestamp: int) -> None:
    """Whose birth date makes them a child no more. Safe to run twice."""
    from aureole.people.actions.note_come_of_age import note_come_of_age

    note_come_of_age()
