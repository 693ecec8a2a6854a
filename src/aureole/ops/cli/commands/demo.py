"""`aureole demo load`, `aureole demo remove`."""

from __future__ import annotations

import typer

from aureole.ops.cli.output import Json, progress, report
from aureole.ops.instance import instance

POLICY = """Sample data: the desk of an invented shop, Nordlys Outdoor, labelled as such.

Every person in it is invented, every address ends in .example, no mail leaves. What is loaded and
removed stays in the log as entries without names.
"""


def register(app: typer.Typer) -> None:
    demo = typer.Typer(help=POLICY, no_args_is_help=True)
    demo.command("load")(load)
    demo.command("remove")(remove)
    app.add_typer(demo, name="demo")


def load(json: Json = False) -> None:
    """Bring in what of the sample data is not there yet.

    Loading twice adds nothing. An interrupted load leaves nothing behind. A sample person you erased
    does not come back; `demo remove`, then `demo load`, starts afresh.
    """
    with report(json) as answer, instance():
        from aureole.ops.demo.load import load_demo

        with progress("Loading sample data") as step:
            loaded = load_demo(step)
        answer.tell(**loaded.as_dict())
        answer.say(
            f"Loaded {loaded.persons} people, {loaded.tickets} tickets, {loaded.messages} messages, "
            f"{loaded.requests} requests."
            if loaded.tickets or loaded.requests
            else "The sample data was there already; nothing was added."
        )


def remove(json: Json = False) -> None:
    """Take the sample data out: rows, files, index entries and keys.

    What was written into sample tickets since goes with them; everything else stays as it is.
    Safe to interrupt: run it again to finish.
    """
    with report(json) as answer, instance():
        from aureole.ops.demo.remove import remove_demo

        with progress("Removing sample data") as step:
            removed = remove_demo(step)
        answer.tell(**removed.as_dict())
        answer.say(
            f"Removed {removed.persons} people, {removed.tickets} tickets, {removed.messages} messages, "
            f"{removed.requests} requests."
            if removed.persons or removed.tickets or removed.requests
            else "There was no sample data."
        )
        if not removed.administrators:
            answer.say("No administrator is left. Make one: aureole agent add EMAIL --role admin")
