from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import typer

from aureole.ops.cli.entry import REFUSED
from aureole.ops.cli.output import Json, report, waiting

SIGNS = {"green": "ok  ", "amber": "note", "red": "BAD "}


def register(app: typer.Typer) -> None:
    @app.command("doctor")
    def doctor(json: Json = False) -> None:
        """Check everything this instance stands on, and name the fix. Changes nothing.

        green is well, amber should be looked at, red does not work or is not safe: exit code 1.
        """
        from aureole.ops.doctor import examine
        from config.env import read

        with report(json) as answer:
            with waiting("Examining"):
                findings = list(examine(read()))
            for finding in findings:
                answer.say(f"{SIGNS[finding.level]}  {finding.check}: {finding.sentence}")
                if finding.fix:
                    answer.say(f"      fix: {finding.fix}")
            counts = Counter(finding.level for finding in findings)
            answer.say(f"{counts['green']} green, {counts['amber']} amber, {counts['red']} red")
            answer.tell(ok=not counts["red"], findings=[asdict(finding) for finding in findings])
        if counts["red"]:
            raise typer.Exit(REFUSED)
