"""`aureole import FILE.zip`: a person moves here from another instance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.ops.cli.output import Json, report, waiting
from aureole.ops.instance import instance

File = Annotated[Path, typer.Argument(metavar="FILE", help="An export package (.zip).")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="FINGERPRINT", help="The key of the other instance that must have signed it."
    ),
]


def register(app: typer.Typer) -> None:
    app.command("import")(take_in)


def take_in(file: File, key: Key = None, json: Json = False) -> None:
    """Take a person's export package in from another instance: person, addresses, tickets, messages, files.

    Every hash and the signature must hold, and a package of somebody who was erased here is refused. All of it is taken
    in, or nothing. The same package again adds nothing. What is known here is not overwritten, addresses that come
    with it prove nothing, notes of the other's staff stay there, nothing is sent. Without --key the package shows only
    that nobody changed it since it was signed; compare the fingerprint with the one the other instance publishes.
    """
    with report(json) as answer, instance(), waiting("Taking in"):
        from aureole.desk.actions.take_in_package import take_in_package

        made = take_in_package(file=file, by=Actor.operator(), expected_key=key)
        answer.tell(**made.as_json())
        answer.say(f"{'New' if made.created else 'Known'} person {made.person}.")
        answer.say(f"Taken in: {made.tickets} tickets, {made.messages} messages, {made.files} files.")
        if made.duplicates:
            answer.say(f"{made.duplicates} messages were here already.")
        for what, count in sorted(made.left_out.items()):
            if count:
                answer.say(f"Left out: {count}, {what}.")
        if made.restricted_there:
            answer.say(
                "Where they come from, their data is restricted (GDPR Art. 18); here it is not. Restrict it here, too: "
                f"aureole person restrict {made.person} --reason …"
            )
        answer.say(f"Signed by {made.fingerprint}" + (" as expected." if key else "."))
