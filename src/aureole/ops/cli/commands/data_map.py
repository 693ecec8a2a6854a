from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, Report, report


class Shape(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    FIDES = "fides"
    ROPA = "ropa"


Since = Annotated[str, typer.Option("--since", metavar="YYYY-MM-DD", help="What has changed since that day.")]
Until = Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="Until that day; default: now.")]
Format = Annotated[Shape, typer.Option("--format", help="ropa: the record of processing of GDPR Art. 30.")]


def register(app: typer.Typer) -> None:
    app.command("data-map")(data_map)


def data_map(format: Format = Shape.TABLE, since: Since = "", until: Until = "", json: Json = False) -> None:
    """What is held about persons: where, which category, why, on which basis, how long, how it rests.

    Read from the declarations that the build enforces, so it is never older than the code. Needs no
    database. csv, fides and ropa are documents of their own; --json with any of them gives the rows
    or, for ropa, the activities. The record that the page *Data map* gives has recipients of the database, too.

    With --since it says instead, in sentences, what has changed between two days: a state is kept whenever what
    the program declares has changed, and holds names of tables and columns only.
    """
    if since:
        _say_differences(since, until, json)
        return
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with report(json or format == Shape.JSON) as answer:
        _say_map(answer, format)


def _say_map(answer: Report, shape: Shape) -> None:
    from aureole.privacy.data_map import formats, gaps, rows
    from aureole.privacy.data_map.recipients import servers

    every, found = rows(), gaps()
    answer.tell(rows=[row.as_json() for row in every], gaps=[f"{g.place}: {g.problem}" for g in found])
    match shape:
        case Shape.CSV:
            answer.say(formats.as_csv(every).replace("\r\n", "\n").rstrip("\n"))
        case Shape.FIDES:
            answer.say(formats.as_fides(every).rstrip("\n"))
        case Shape.ROPA:
            told = servers()
            answer.tell(activities=formats.as_ropa(every, told))
            answer.say(formats.as_ropa_text(every, told))
        case _:
            answer.table(
                ("Where", "Category", "Purpose", "Basis", "Kept", "Rests"),
                [
                    (f"{r.table}.{r.field}" if r.field else r.table, r.category, r.purpose, r.article,
                     r.retention, r.at_rest)
                    for r in every
                ],
            )  # fmt: skip
            answer.say(f"{len(found)} gaps." if found else "No gap: everything is declared.")


def _say_differences(since: str, until: str, json: bool) -> None:
    from aureole.ops.instance import instance

    with report(json) as answer, instance():
        from aureole.privacy.data_map.differences import differences
        from aureole.privacy.data_map.snapshots import declared_rows, map_on, rows_in

        before = map_on(_end_of(since))
        if before is None:
            raise Refused(
                "map_not_kept",
                f"No state of the data map is kept from {since} or before. Nothing to compare.",
            )
        then = map_on(_end_of(until)) if until else None
        if until and (then is None or then.at < before.at):
            raise Refused("map_days", "The day of --until has to be after that of --since.")
        found = differences(rows_in(before), rows_in(then) if then else declared_rows())
        answer.tell(differences=[{"kind": d.kind, "place": d.place, "sentence": d.sentence} for d in found])
        for one in found:
            answer.say(f"{one.sentence} ({one.place})")
        answer.say(
            f"{len(found)} differences since {since}." if found else f"Nothing has changed since {since}."
        )


def _end_of(day: str) -> datetime:
    """The last moment of that day at the controller's place."""
    from aureole.privacy.rights.place import start_of

    return start_of(day_at(day) + timedelta(days=1)) - timedelta(microseconds=1)
