"""What `person erase` and `person anonymise` share: the second person, the certificate, the account at the end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import named
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


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the certificate goes: a file of its own, or one named by the erasure in a folder."""

    file: Path | None
    folder: Path

    @classmethod
    def at(cls, file: Path | None, home: Path) -> Proof:
        """Before anything is erased: that it cannot be written should not be found out afterwards. Raises Refused."""
        folder = file.parent if file else home / "certificates"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as trouble:
            raise Refused(
                "certificate_unwritable", f"{folder} cannot be used ({trouble.strerror}). Nothing was erased."
            ) from trouble
        return cls(file, folder)

    def hand_over(self, answer: Report, outcome: Outcome) -> None:
        """Write it, with the one file that checks it beside it, and say what the erasure came to. Raises Refused."""
        path = self.file or self.folder / f"{outcome.erasure_id}.json"
        _write(path, outcome)
        answer.tell(**outcome.as_json() | {"certificate": str(path), "erasure": str(outcome.erasure_id)})
        for kept in outcome.anonymised:
            answer.say(f"Anonymised: {kept['place']}: {kept['count']}")
        _say(answer, outcome, path)


def approver_at(address: str | None) -> Actor | None:
    return None if address is None else named(address, "privacy.erase", option="--approved-by")


def is_under_way(person_id: uuid.UUID, way: str) -> bool:
    """Begun that way (`Way`), so that it was decided already."""
    from aureole.privacy.models import Erasure

    return Erasure.objects.filter(person_id=person_id, way=way).exists()


def _write(path: Path, outcome: Outcome) -> None:
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


def _say(answer: Report, outcome: Outcome, path: Path) -> None:
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
