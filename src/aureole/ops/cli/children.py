"""Under `aureole person`: children, and until when somebody is a customer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, report, waiting
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.people.models import Person

Id = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `person find` shows it.")]
Born = Annotated[str, typer.Option("--born", metavar="YYYY-MM-DD", help="The birth date as stated; sealed.")]
Mistaken = Annotated[
    bool, typer.Option("--mistaken", help="That was a mistake: the person is not known to be a child.")
]
Guardian = Annotated[
    str, typer.Option("--guardian", help="Who consented, and how you made sure (Art. 8(2)); sealed.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask. It cannot be undone.")]
EndedOn = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; without it: still one.")]


def register(group: typer.Typer) -> None:
    """Add to the commands of `aureole person`."""
    for name, command in (
        ("child", child), ("guardian", guardian), ("discard-child", discard_child), ("children", children),
        ("ended", ended),
    ):  # fmt: skip
        group.command(name)(command)


def child(
    person_id: Id, born: Born = "", mistaken: Mistaken = False, by: By = None, json: Json = False
) -> None:
    """Note that the person is a child: by a stated birth date, or because they said so (no date).

    Below the age of consent of the controller's country (GDPR Art. 8) nothing that rests on consent is sent until a
    guardian's consent is recorded (`person guardian`); without one, discard the data (`person discard-child`).
    A right date takes the place of a wrong one; --mistaken takes a wrong one away, and what was said.
    """
    if mistaken and born:
        raise Refused("child_two_things", "Give --born or --mistaken, one of them. Nothing was changed.")
    with report(json) as answer, instance():
        from aureole.people.actions.mark_child import mark_child
        from aureole.people.actions.note_no_child import note_no_child

        actor = acting(by, "people.correct")
        person = _person(person_id, actor)
        if mistaken:
            person = note_no_child(person=person, by=actor)
        else:
            person = mark_child(person=person, born=born, known=not born, by=actor)
        answer.tell(person=str(person.id), childhood=person.childhood)
        answer.say(str(person.get_childhood_display()))


def guardian(person_id: Id, guardian: Guardian, by: By = None, json: Json = False) -> None:
    """Record that a holder of parental responsibility consented."""
    with report(json) as answer, instance():
        from aureole.people.actions.record_guardian import record_guardian

        actor = acting(by, "people.correct")
        person = record_guardian(person=_person(person_id, actor), guardian=guardian, by=actor)
        answer.tell(person=str(person.id), childhood=person.childhood)
        answer.say(str(person.get_childhood_display()))


def discard_child(person_id: Id, yes: Yes = False, by: By = None, json: Json = False) -> None:
    """Erase everything of a child nobody answered for (GDPR Art. 17(1)(f)). Cannot be undone."""
    if not yes:
        raise Refused("erase_unconfirmed", "Erasing cannot be undone: add --yes if you mean it.")
    with report(json) as answer, instance(), waiting("Erasing"):
        from aureole.people.actions.discard_child import discard_child as discard

        actor = acting(by, "privacy.erase")
        outcome = discard(person=_person(person_id, actor), by=actor)
        answer.tell(**outcome.as_json())
        answer.say(f"Erased. `aureole certificate show {outcome.erasure_id}` prints the proof.")


def children(json: Json = False) -> None:
    """Children nobody has answered for yet, the longest known first."""
    with report(json) as answer, instance():
        from aureole.people.children import waiting_children

        rows = [
            {"person": str(p.id), "since": p.child_since.isoformat() if p.child_since else None}
            for p in waiting_children().only("id", "child_since")
        ]
        answer.tell(children=rows)
        answer.table(("Person", "Known since"), [(r["person"], r["since"]) for r in rows])
        if not rows:
            answer.say("No child waits for a guardian.")


def ended(person_id: Id, on: EndedOn = "", by: By = None, json: Json = False) -> None:
    """State when the person stopped being a customer. Retention counts from there, or from the last contact if later.

    Of somebody who belongs to an organisation it has to be stated, or nothing of the record runs out.
    """
    with report(json) as answer, instance():
        from aureole.people.relationships import end_relationship

        day = day_at(on) if on else None
        actor = acting(by, "people.correct")
        end_relationship(person=_person(person_id, actor), ended_on=day, by=actor)
        answer.tell(person=str(person_id), ended_on=day)
        answer.say(f"A customer until {day}." if day else "Still a customer.")


def _person(person_id: uuid.UUID, actor: Actor) -> Person:
    from aureole.people.queries import person_for

    return person_for(actor, person_id)
