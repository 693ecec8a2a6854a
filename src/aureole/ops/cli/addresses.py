"""Under `aureole person`: addresses and numbers put on a record and taken off it."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `person find` shows it.")]
Value = Annotated[str, typer.Argument(help="The address or number.")]
Kind = Annotated[str, typer.Option("--kind", help="email, phone or external (a customer number).")]


def register(group: typer.Typer) -> None:
    """Add to the commands of `aureole person`."""
    group.command("address-add")(address_add)
    group.command("address-remove")(address_remove)


def address_add(person_id: Id, value: Value, kind: Kind = "email", by: By = None, json: Json = False) -> None:
    """Put an address or number on the person's record. It proves nobody's identity until they use it."""
    with report(json) as answer, instance():
        from aureole.kernel.errors import Refused
        from aureole.people.actions.add_identifier import add_identifier
        from aureole.people.models import IdentifierKind
        from aureole.people.queries import person_for

        actor = acting(by, "people.correct")
        if kind not in IdentifierKind.values:
            raise Refused(
                "identifier_kind", f"Known kinds: {', '.join(IdentifierKind.values)}. Nothing was changed."
            )
        added = add_identifier(person=person_for(actor, person_id), kind=kind, value=value, by=actor)
        answer.tell(person=str(person_id), identifier=str(added.pk))
        answer.say("Added.")


def address_remove(person_id: Id, value: Value, by: By = None, json: Json = False) -> None:
    """Take a wrong address or number off the person's record (GDPR Art. 16); it stays in its history.

    Nothing is sent to it any more, and an erasure still looks for it.
    """
    with report(json) as answer, instance():
        from aureole.kernel.errors import NotFound
        from aureole.people.actions.remove_identifier import remove_identifier
        from aureole.people.queries import person_for
        from aureole.privacy.ports import directory

        actor = acting(by, "people.correct")
        read = directory().readings(value)
        known = person_for(actor, person_id).identifiers.all()
        found = next((i for i in known if (i.kind, str(i.value)) in read), None)
        if found is None:
            raise NotFound(
                "identifier_not_found", "This person has no such address or number. Nothing was changed."
            )
        remove_identifier(person_id=person_id, identifier_id=found.pk, by=actor)
        answer.tell(person=str(person_id), removed=True)
        answer.say("Taken off; nothing is sent there any more.")
