"""Under `aureole person`: anonymise, and the plan of it."""

from __future__ import annotations

import sys
import uuid
from typing import Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli.erasing import (
    ApprovedBy,
    CertificateFile,
    Proof,
    approver_at,
    is_under_way,
)
from aureole.ops.cli.output import Json, Report, progress, report
from aureole.ops.instance import instance

Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `person find` shows it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; sealed in the log.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask. It cannot be undone.")]


def register(group: typer.Typer) -> None:
    """Add to the commands of `aureole person`."""
    group.command("anonymise")(anonymise)


def anonymise(
    person_id: Id,
    reason: Reason,
    approved_by: ApprovedBy = None,
    certificate: CertificateFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Keep a customer's conversations, or a colleague's work, under a pseudonym; erase the person. Cannot be undone.

    Names, addresses, numbers, dates and links go from the words, times become months, and nothing leads back.
    Refused when too few people (AUREOLE_ANONYMITY) share what would stay; then erase them: figures stay as well.
    `person plan ID --anonymise` shows beforehand what happens. An interrupted run goes on when given again.
    """
    with report(json) as answer, instance() as here:
        from aureole.privacy.anonymising.run import STEP, anonymise_person
        from aureole.privacy.erasure.run import STEP_NAMES
        from aureole.privacy.models import Way

        approver = approver_at(approved_by)
        proof = Proof.at(certificate, here.env.home)
        if not yes and not is_under_way(person_id, Way.ANONYMISE):
            _confirm(person_id, asking=not json)
        names = (STEP, *STEP_NAMES)
        with progress("Anonymising") as step:
            outcome = anonymise_person(
                person_id, by=Actor.operator(), reason=reason, approved_by=approver,
                progress=lambda name: step(names.index(name) + 1, len(names)),
            )  # fmt: skip
        proof.hand_over(answer, outcome)


def _confirm(person_id: uuid.UUID, *, asking: bool) -> None:
    from aureole.privacy.anonymising.plan import make_anonymising_plan

    if not asking or not sys.stdin.isatty():
        raise Refused(
            "anonymise_unconfirmed",
            "Anonymising cannot be undone: add --yes if you mean it. Nothing was changed.",
        )
    found = make_anonymising_plan(person_id)
    tell_plan(Report(as_json=False), person_id)
    if found.blockers:
        raise Refused("anonymise_blocked", "Nothing was changed.")
    if not typer.confirm(f"Keep {found.kept_rows} items without the person, erase {found.total}?", err=True):
        raise Refused("anonymise_unconfirmed", "Nothing was changed.")


def tell_plan(answer: Report, person_id: uuid.UUID) -> None:
    """What would stay, what would go, and the verdict. Raises NotFound."""
    from aureole.privacy.anonymising.plan import make_anonymising_plan

    found = make_anonymising_plan(person_id)
    answer.tell(**found.as_json())
    answer.say("Stays under a pseudonym:" if found.stays else "Nothing could stay under a pseudonym.")
    answer.table(
        ("Place", "Number", "What", "How"), [(c.place, c.count, c.label, c.how) for c in found.stays]
    )
    answer.say("Goes:")
    answer.table(
        ("Place", "Number", "What", "How"), [(c.place, c.count, c.label, c.how) for c in found.erase]
    )
    for kept in found.keep:
        answer.say(f"Kept: {kept.place}: {kept.count}, {kept.article}: {kept.reason}, until {kept.until}")
    if found.apart:
        answer.say(
            "Each conversation gets a pseudonym of its own: together, their months would tell who it was."
        )
    for blocker in found.blockers:
        answer.say(f"Blocked: {blocker.reason}")
    if not found.blockers:
        answer.say(f"At least {found.needed} people share what stays.")
