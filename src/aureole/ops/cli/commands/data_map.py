from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from aureole.ops.cli.output import Json, report


class Shape(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    FIDES = "fides"
    ROPA = "ropa"


Format = Annotated[Shape, typer.Option("--format", help="ropa: the record of processing of GDPR Art. 30.")]


def register(app: typer.Typer) -> None:
    @app.command("data-map")
    def data_map(format: Format = Shape.TABLE, json: Json = False) -> None:
        """What is held about persons: where, which category, why, on which basis, how long, how it rests.

        Read from the declarations that the build enforces, so it is never older than the code. Needs no
        database. csv, fides and ropa are documents of their own; --json with any of them gives the rows
        or, for ropa, the activities.
        """
        import os

        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from aureole.privacy.data_map import formats, gaps, rows

        every = rows()
        with report(json or format == Shape.JSON) as answer:
            answer.tell(
                rows=[row.as_json() for row in every], gaps=[f"{g.place}: {g.problem}" for g in gaps()]
            )
            if format == Shape.ROPA:
                answer.tell(activities=formats.as_ropa(every))
            match format:
                case Shape.CSV:
                    answer.say(formats.as_csv(every).replace("\r\n", "\n").rstrip("\n"))
                case Shape.FIDES:
                    answer.say(formats.as_fides(every).rstrip("\n"))
                case Shape.ROPA:
                    answer.say(formats.as_ropa_text(every))
                case _:
                    answer.table(
                        ("Where", "Category", "Purpose", "Basis", "Kept", "Rests"),
                        [
                            (f"{r.table}.{r.field}" if r.field else r.table, r.category, r.purpose, r.article,
                             r.retention, r.at_rest)
                            for r in every
                        ],
                    )  # fmt: skip
                    answer.say(f"{len(gaps())} gaps." if gaps() else "No gap: everything is declared.")
