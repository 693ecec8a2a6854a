"""The order of the checks: what needs nothing first, so that a broken database hides none of it."""

from __future__ import annotations

from collections.abc import Iterator

from aureole.kernel.errors import AureoleError
from aureole.ops import standing
from aureole.ops.doctor import database, files, index, jobs, keys, machine, mail, program
from aureole.ops.doctor.finding import Finding, amber, green, red
from aureole.ops.instance import django_ready, reach_databases, refuse_unprepared
from config.env import Environment


def examine(env: Environment) -> Iterator[Finding]:
    """Starts the embedded database for the length of the checks when it does not run."""
    yield from machine.checks(env)
    try:
        refuse_unprepared(env)
        with reach_databases() as here:
            yield from database.checks_outside_django(here)
            closed = list(standing.troubles(here.env))
            yield from (
                red("data and keys", trouble.sentence, "Do what the sentence says.") for trouble in closed
            )
            if closed:
                yield amber("further checks", "Those inside the instance were not made.", "Open it first.")
                return
            yield green("data and keys", "they stand together, and as new as the fence list")
            with django_ready():
                yield from database.checks(here.env)
                yield from keys.checks()
                yield from files.checks()
                yield from index.checks()
                yield from jobs.checks()
                yield from mail.checks()
                yield from program.checks()
    except AureoleError as trouble:
        yield red("database", trouble.sentence, "Do what the sentence says, then run `aureole doctor` again.")
        yield amber(
            "further checks", "Those that need the database were not made.", "Repair the database first."
        )
