from __future__ import annotations

import time
from importlib.metadata import version
from typing import NamedTuple

import typer

from aureole.ops.cli.output import Json, Report, report


def register(app: typer.Typer) -> None:
    @app.command("status")
    def status(json: Json = False) -> None:
        """What runs, which versions, how long the queue is, how far the ledger goes. Changes nothing.

        When the embedded database is stopped it is started for the length of this command.
        """
        from aureole.ops.embedded import EmbeddedServer
        from aureole.ops.instance import instance, refuse_unprepared
        from aureole.ops.serving import served
        from aureole.ops.standing import troubles
        from config.env import read

        with report(json) as answer:
            env = read()
            refuse_unprepared(env)
            up = served(env.home)
            running = not env.needs_embedded_server or EmbeddedServer(env.home).status().pid is not None
            answer.tell(home=str(env.home), version=version("aureole"), up=up and vars(up))
            answer.say(f"Aureole {version('aureole')} in {env.home}")
            answer.say(f"web        {f'{up.url}, since {_ago(up.started_at)}' if up else 'stopped'}")
            with instance(sound=False) as here:
                from aureole.channels.email.kept_back import kept_back
                from aureole.kernel.failing import failing, say_failing

                counts, troubled = _counts(), [say_failing(one) for one in failing()]
                closed, kept = next(troubles(here.env), None), kept_back()
                mail = kept.words if kept else ""
            answer.tell(
                closed=closed and closed.code,
                no_mail_server=kept and {"letters": kept.letters, "answers": kept.answers},
            )
            if closed:
                answer.say(f"CLOSED     {closed.sentence}")
            _add_counts(
                answer, counts, troubled, kind="embedded" if here.embedded else "external", running=running
            )
            if mail:
                answer.say(f"mail       {mail}")


def _add_counts(answer: Report, counts: Counts, failing: list[str], *, kind: str, running: bool) -> None:
    answer.tell(
        database={"kind": kind, "running": running, "version": counts.server},
        workers=counts.workers,
        queue={"waiting": counts.waiting, "failed": counts.failed, "failing": failing},
        ledger={"entries": counts.entries, "head": counts.head},
    )
    state = "running" if running else "stopped (started for this command)"
    answer.say(f"database   PostgreSQL {counts.server}, {kind}, {state}")
    answer.say(f"workers    {counts.workers}")
    answer.say(f"queue      {counts.waiting} waiting, {counts.failed} failed")
    for one in failing:
        answer.say(f"           {one}")
    answer.say(f"ledger     {counts.entries} entries")


def _ago(moment: float) -> str:
    minutes = int((time.time() - moment) / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


class Counts(NamedTuple):
    server: str
    workers: int
    waiting: int
    failed: int
    entries: int
    head: int | None


def _counts() -> Counts:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT current_setting('server_version'),
                (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s'),
                (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')),
                (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),
                (SELECT count(*) FROM ledger_entry), (SELECT max(number) FROM ledger_entry)"""
        )
        return Counts(*cursor.fetchone())
