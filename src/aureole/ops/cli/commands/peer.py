"""`aureole peer …`: other instances that persons may move to or come from."""

from __future__ import annotations

from typing import Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

Line = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS#KEY", help="What 'aureole peer show' prints there. Ask its operator for it."
    ),
]
Named = Annotated[str, typer.Argument(metavar="PEER", help="Name, address, id or fingerprint.")]
Name = Annotated[str, typer.Option("--name", help="Who that controller is, as people are told.")]
Automatic = Annotated[
    bool,
    typer.Option(
        "--automatic", help="Take in by itself what comes from it, unless somebody here has an address of it."
    ),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="Other instances that persons move to and from.", rich_markup_mode=None
    )
    app.add_typer(group, name="peer")
    for name, command in (("show", show), ("add", add), ("list", list_all), ("remove", remove)):
        group.command(name)(command)


def show(json: Json = False) -> None:
    """Print what the operator of another instance gives 'aureole peer add': this address, and the key it signs with."""
    with report(json) as answer, instance():
        from aureole.privacy.certificate.issue import instance_fingerprint
        from aureole.privacy.transfer.peers import own_line

        answer.tell(line=own_line(), fingerprint=instance_fingerprint())
        answer.say(own_line())


def add(line: Line, name: Name, automatic: Automatic = False, json: Json = False) -> None:
    """Make another instance known: it may offer packages here, and be sent some. Both operators do this.

    The key decides whom is believed: get the line by a way you trust, and compare the fingerprint with theirs.
    The same key again changes name, address and policy.
    """
    with report(json) as answer, instance():
        from aureole.privacy.transfer.actions.add_peer import add_peer

        peer = add_peer(line=line, name=name, automatic=automatic, by=Actor.operator())
        answer.tell(id=str(peer.id), name=peer.name, address=peer.address, fingerprint=peer.fingerprint)
        answer.say(f"{peer.name} at {peer.address} is known now. Its key: {peer.fingerprint}")


def list_all(json: Json = False) -> None:
    """Every peer with its address and the fingerprint of its key."""
    with report(json) as answer, instance():
        from aureole.privacy.transfer.peers import peers

        found = peers()
        answer.tell(
            peers=[
                {"id": str(p.id), "name": p.name, "address": p.address, "fingerprint": p.fingerprint,
                 "automatic": p.automatic}
                for p in found
            ]
        )  # fmt: skip
        answer.table(
            ("Name", "Address", "Taken in", "Fingerprint"),
            [
                (p.name, p.address, "by itself" if p.automatic else "by a person", p.fingerprint)
                for p in found
            ],
        )
        if not found:
            answer.say("No peers. Make one known with: aureole peer add.")


def remove(peer: Named, json: Json = False) -> None:
    """Speak with it no more. What it sent already stays to be decided; receipts stay."""
    with report(json) as answer, instance():
        from aureole.privacy.transfer.actions.remove_peer import remove_peer
        from aureole.privacy.transfer.peers import peer_named

        found = peer_named(peer)
        remove_peer(peer_id=found.id, by=Actor.operator())
        answer.tell(removed=str(found.id))
        answer.say(f"{found.name} is removed.")
