"""What `person erase` and `person anonymise` share: the second person, the certificate, the account at the end."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.output import Report

if TYPE_CHECKING:
    from aureole.privacy.erasure.run import Outcome

ApprovedBy = Annotated[
    str | None,
    typer.Option(
        "--approved-by",
        metavar="EMAIL",
        help="The agent who agreed, by your word: recorded as named, not signed in.",
    ),
]
CertificateFile = Annotated[
    Path | None,
    typer.Option("--certificate", metavar="FILE", help="Default: certificates/ in the home folder."),
]


def approver_at(address: str | None) -> Actor | None:
    from aureole.staff.backend import agent_with_address
    from aureole.staff.permissions import require

    if address is None:
        return None
    agent = agent_with_address(address)
    if agent is None or not agent.is_active:
        raise NotFound(
            "agent_not_found", "No agent at work has the address of --approved-by. Nothing was erased."
        )
    require(agent.actor, "privacy.erase")
    return replace(agent.actor, is_named=True)


def prepare_folder(folder: Path) -> None:
    """Before anything is erased: a proof that cannot be written should not be found out afterwards."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as trouble:
        raise Refused(
            "certificate_unwritable", f"{folder} cannot be used ({trouble.strerror}). Nothing was erased."
        ) from trouble


def is_under_way(person_id: uuid.UUID, way: str) -> bool:
    """Begun that way (`Way`), so that it was decided already."""
    from aureole.privacy.models import Erasure

    return Erasure.objects.filter(person_id=person_id, way=way).exists()


def write_certificate(path: Path, outcome: Outcome) -> None:
    """The certificate, and beside it the one file that checks it."""
    from aureole.ledger.giving_away import VERIFIER_NAME, verifier_source

    try:
        path.write_text(outcome.certificate, "utf-8")
        path.with_name(VERIFIER_NAME).write_text(verifier_source(), "utf-8")
    except OSError as trouble:
        raise Refused(
            "certificate_unwritable",
            f"The person is erased, but {path} cannot be written ({trouble.strerror}). "
            f"The certificate is kept: `aureole certificate show {outcome.erasure_id}` prints it.",
        ) from trouble


def say_outcome(answer: Report, outcome: Outcome, path: Path) -> None:
    from aureole.privacy.erasure.approval import approval_words

    gone = sum(int(item["count"]) for item in outcome.erased)
    answer.say(f"Erased: {gone} items in {len(outcome.erased)} places.")
    for kept in outcome.kept:
        answer.say(f"Kept: {kept['place']}: {kept['count']}, {kept['article']}, until {kept['until']}")
    left = outcome.residue["places"]
    for place in left:
        answer.say(f"Still there: {place['place']} ({place['encoding']})")
    if not left:
        answer.say("Searched everything afterwards: no place holds what the person was known by.")
    answer.say(f"Who agreed: {approval_words(outcome.approval)}.")
    answer.say(f"Certificate: {path}")
