"""Under `aureole person`: records that are likely one person's, merging them, and taking them apart again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.actor import Actor
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.output import Json, Report, report, waiting
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.people.models import Person
    from aureole.people.twins import Likely

Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `person find` shows it.")]
SomeId = Annotated[
    uuid.UUID | None, typer.Argument(metavar="[ID]", help="Of one person; without it: every open question.")
]
Other = Annotated[uuid.UUID, typer.Argument(metavar="OTHER", help="The record that ends in the first one.")]
Pick = Annotated[
    list[str] | None,
    typer.Option(
        "--pick", metavar="FIELD", help="The other record's value is right: name, pronouns, postal_address, "
        "birth_date, language, time_zone or organisation. May be given several times.",
    ),
]  # fmt: skip
Yes = Annotated[bool, typer.Option("--yes", help="Merge; without it, what would happen is shown.")]
Merged = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="The record that ended.")]


def register(group: typer.Typer) -> None:
    """Add to the commands of `aureole person`."""
    for name, command in (("twins", twins), ("apart", apart), ("merge", merge), ("unmerge", unmerge)):
        group.command(name)(command)


def twins(person_id: SomeId = None, json: Json = False, by: By = None) -> None:
    """Records that are likely the same person's, with what speaks for it. Nothing is ever merged by itself.

    `person merge` puts two together, `person apart` says that they are two: then nobody is asked again.
    """
    with report(json) as answer, instance():
        actor = acting(by, "people.read")
        found = _all(actor) if person_id is None else _of(person_id, actor)
        answer.tell(twins=found)
        for pair in found:
            strength = "likely" if pair["strong"] else "a hint"
            answer.say(f"{pair['person']}  {pair['other']}  {pair['name']} / {pair['other_name']}")
            answer.say(f"    {strength}: {pair['why']}")
        if not found:
            answer.say("No record looks like another one.")


def _of(person_id: uuid.UUID, actor: Actor) -> list[dict[str, Any]]:
    from aureole.people.queries import person_for
    from aureole.people.twins import note_twins, open_twins

    person = person_for(actor, person_id)
    note_twins(person)
    return _told([(person_id, likely) for likely in open_twins(person_id)], actor)


def _all(actor: Actor) -> list[dict[str, Any]]:
    from aureole.people.models import TwinSign
    from aureole.people.twins import Likely, open_pairs, seek_new

    seek_new()
    pairs = [
        (twin.person_id, Likely(person_id=twin.other_id, sign=TwinSign(twin.sign)))
        for twin in open_pairs(actor)[:200]
    ]
    return _told(pairs, actor)


def _told(pairs: list[tuple[uuid.UUID, Likely]], actor: Actor) -> list[dict[str, Any]]:
    from aureole.people.queries import shown_name

    seen = _persons({one for one, _ in pairs} | {likely.person_id for _, likely in pairs}, actor)
    return [
        {
            "person": str(one), "other": str(likely.person_id), "sign": str(likely.sign),
            "why": str(likely.sign.label), "strong": likely.is_strong, "name": shown_name(seen[one]),
            "other_name": shown_name(seen[likely.person_id]),
        }
        for one, likely in pairs
        if one in seen and likely.person_id in seen
    ]  # fmt: skip


def _persons(ids: set[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Person]:
    from aureole.people.models import Person
    from aureole.vault.unlock import unlock

    rows = list(Person.objects.visible_to(actor).filter(pk__in=ids).prefetch_related("identifiers"))
    unlock(rows, (i for person in rows for i in person.identifiers.all()))
    return {person.id: person for person in rows}


def say_open(answer: Report, person_id: uuid.UUID, what: str) -> None:
    """Beside a plan or a package: records that may be this person's and are not in it."""
    from aureole.people.twins import open_twins

    found = open_twins(person_id)
    answer.tell(twins=[{"other": str(one.person_id), "sign": str(one.sign)} for one in found])
    for one in found:
        answer.say(f"Perhaps theirs too: {one.person_id} ({one.sign.label}); {what}.")


def apart(person_id: Id, other_id: Other, by: By = None, json: Json = False) -> None:
    """Remember that two similar records are two people."""
    with report(json) as answer, instance():
        from aureole.people.actions.tell_apart import tell_apart

        tell_apart(person_id=person_id, other_id=other_id, by=acting(by, "people.merge"))
        answer.tell(person=str(person_id), other=str(other_id))
        answer.say("Two people. Nobody is asked about these two again.")


def merge(
    person_id: Id, other_id: Other, pick: Pick = None, yes: Yes = False, by: By = None, json: Json = False
) -> None:
    """Put another record of the same person into the first one; `person unmerge` takes them apart, for 30 days.

    Tickets, messages, addresses, consents, requests and holds become the first one's. An objection, a withdrawal, a
    restriction or a hold of either counts for both. An address that comes over proves nobody's identity by itself.
    """
    with report(json) as answer, instance(), waiting("Looking"):
        from aureole.people.merge_preview import preview_of

        actor = acting(by, "people.merge")
        preview = preview_of(stays=person_id, goes=other_id, by=actor)
        if not yes:
            _say_preview(answer, preview.as_json())
            return
        from aureole.people.actions.merge_persons import merge_persons

        person = merge_persons(
            stays=person_id, goes=other_id, by=actor, picks=dict.fromkeys(pick or (), "goes")
        )
        answer.tell(person=str(person.id), merged=str(other_id), rows=preview.total)
        answer.say(
            f"One person now. `aureole person unmerge {other_id}` takes them apart again, for 30 days."
        )


def _say_preview(answer: Report, preview: dict[str, Any]) -> None:
    answer.tell(**preview)
    answer.say("These become the first person's:")
    answer.table(
        ("Place", "Number", "What"), [(c["place"], c["count"], c["label"]) for c in preview["moves"]]
    )
    for note in preview["notes"]:
        answer.say(note)
    answer.say("Nothing was changed: add --yes if they are one person.")


def unmerge(merged: Merged, by: By = None, json: Json = False) -> None:
    """Take two merged records apart again, as they were. What came since stays with the one that stayed, but for
    what came from an address that goes back."""
    with report(json) as answer, instance(), waiting("Taking apart"):
        from aureole.people.actions.unmerge_persons import unmerge_persons

        person = unmerge_persons(merged=merged, by=acting(by, "people.merge"))
        answer.tell(person=str(person.id))
        answer.say("Two people again.")
