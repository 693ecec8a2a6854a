"""`aureole suppression …`: addresses of erased persons that may not quietly come back."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

Id = Annotated[uuid.UUID | None, typer.Argument(metavar="[ID]", help="As `suppression list` shows it.")]
Address = Annotated[
    str, typer.Option("--address", metavar="ADDRESS", help="Instead of the id: the address or number itself.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why they may be recorded again; sealed in the log.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="Who was erased and may not quietly come back.", rich_markup_mode=None
    )
    app.add_typer(group, name="suppression")
    for name, command in (("list", list_all), ("lift", lift)):
        group.command(name)(command)


def list_all(json: Json = False) -> None:
    """What is on the list: no address can be read from it, only its kind, since when, until when and why; and what was
    stopped in the last 30 days, or came back."""
    with report(json) as answer, instance():
        from aureole.privacy.rights.place import today
        from aureole.privacy.suppression.attempts import attempts
        from aureole.vault.suppression import entries

        found = entries(today())
        answer.tell(
            entries=[
                {
                    "id": str(one.uid), "kind": one.kind, "ground": one.ground,
                    "since": one.made_at.isoformat(), "until": one.until.isoformat(),
                }
                for one in found
            ]
        )  # fmt: skip
        for one in found:
            answer.say(f"{one.uid}  {one.kind}  {one.ground}  {one.made_at:%Y-%m-%d} to {one.until}")
        if not found:
            answer.say("Nobody is kept away.")
        lately = attempts()
        answer.tell(attempts=[{"at": one.at.isoformat(), "way": one.way} for one in lately])
        for attempt in lately:
            answer.say(f"{attempt.at:%Y-%m-%d %H:%M}  {attempt.words}")


def lift(
    reason: Reason, entry_id: Id = None, address: Address = "", by: By = None, json: Json = False
) -> None:
    """Take an entry off the list: the person may be recorded again, and mail of theirs that waits is taken in."""
    with report(json) as answer, instance():
        from aureole.privacy.suppression.actions.lift_suppression import entry_of, lift_suppression

        if (entry_id is None) == (not address.strip()):
            raise Refused("suppression_which", "Give the entry's id or --address, one of them.")
        actor = acting(by, "privacy.suppression")
        uid = entry_id or entry_of(address)
        lift_suppression(entry_id=uid, reason=reason, by=actor)
        answer.tell(id=str(uid))
        answer.say("Lifted.")
