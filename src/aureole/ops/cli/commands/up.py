from __future__ import annotations

from typing import Annotated

import typer

from aureole.ops.cli.output import Json, Report

Demo = Annotated[bool, typer.Option("--demo", help="Load the sample desk when there is no ticket.")]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")]
Port = Annotated[
    int | None, typer.Option(help="Port. Left out: 8000, or the next free one.", min=1, max=65535)
]


def register(app: typer.Typer) -> None:
    @app.command("up")
    def up(demo: Demo = False, host: Host = "127.0.0.1", port: Port = None, json: Json = False) -> None:
        """Start what is not running yet, bring the tables up to date, serve web and worker.

        Prints the address and a sign-in link that works once. One process serves a home at a time.
        Ctrl-C stops all cleanly: pages end, jobs under way are finished, the database is shut down.
        Without --demo nothing is added to your data.
        """
        from aureole.ops.cli.serve import serve

        serve(Report(as_json=json), demo=demo, host=host, port=port)
