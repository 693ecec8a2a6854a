"""`aureole inform …`: who has to be told where their data came from, and telling them (GDPR Art. 14)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.privacy.informing.listing import Line

Who = Annotated[str, typer.Argument(metavar="WHO", help="An address, number or id on file.")]
Way = Annotated[str, typer.Argument(metavar="WAY", help="phone, post or in_person.")]
Ground = Annotated[str, typer.Argument(metavar="GROUND", help="knows, effort, law or secrecy (Art. 14(5)).")]
Recipient = Annotated[
    str,
    typer.Argument(metavar="TO", help="group, carrier, supplier, insurer, adviser, authority or person."),
]
Name = Annotated[str, typer.Option("--name", help="Who got it; sealed, and told to the person.")]
NotNamed = Annotated[
    str, typer.Option("--unnamed", help="In place of a name: unknown or excessive; then say --why.")
]
Why = Annotated[str, typer.Option("--why", help="What shows that it cannot be named; the person reads it.")]
On = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day it went there; default: today.")]
Which = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `inform recipients` shows it.")]
Called = Annotated[str, typer.Argument(metavar="NAME", help="Who got it; sealed.")]
OfRequest = Annotated[
    str,
    typer.Option(
        "--request",
        metavar="NUMBER",
        help="The request they were told of; left out: what was changed without one.",
    ),
]
Heard = Annotated[str, typer.Option("--hearing", help="told, impossible or effort (GDPR Art. 19).")]
HowHeard = Annotated[
    str, typer.Option("--why", help="How they were told, or what shows that they cannot be.")
]
Most = Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many to show.")]
PERMISSION = "privacy.inform"


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, help="Telling people where their data came from.", rich_markup_mode=None
    )
    app.add_typer(group, name="inform")
    for name, command in (
        ("list", list_all),
        ("send", send),
        ("told", told),
        ("disclosed", disclosed),
        ("recipients", recipients),
        ("name", name_one),
        ("settle", settle),
        ("exempt", exempt),
        ("again", again),
    ):
        group.command(name)(command)


def list_all(most: Most = 50, json: Json = False) -> None:
    """Who has to be told, the first to be told first. Nobody is named; their ids are."""
    with report(json) as answer, instance():
        from aureole.privacy.informing.listing import lines_of, owed, standing

        counts, lines = standing(), lines_of(owed()[:most])
        answer.tell(
            owed=counts.owed, soon=counts.soon, overdue=counts.overdue, persons=[_brief(one) for one in lines]
        )
        answer.table(
            ("Tell by", "Days left", "Came from", "Letter", "Person"),
            [
                (b["due_on"], b["days_left"], b["source"], b["letter"], b["person"])
                for b in map(_brief, lines)
            ],
        )
        answer.say(f"{counts.owed} to be told, {counts.soon} within a week, {counts.overdue} too late.")


def _brief(line: Line) -> dict[str, Any]:
    return {
        "person": str(line.informing.person_id), "source": line.informing.source, "letter": line.letter,
        "obtained_on": line.informing.obtained_on.isoformat(), "due_on": line.due_on.isoformat(),
        "days_left": line.days_left,
        "disclosed_on": line.informing.disclosed_on.isoformat() if line.informing.disclosed_on else None,
    }  # fmt: skip


def send(who: Who, by: By = None, json: Json = False) -> None:
    """Write to them where we have their data from, at every address that can be reached; once, however often asked."""
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.informing.actions.send_information import send_information

        person_id = the_owner_of(who)
        count = send_information(person_id=person_id, by=acting(by, PERMISSION))
        answer.tell(person=str(person_id), letters=count)
        answer.say(f"{count} on the way." if count else "A letter waits already; nothing more was sent.")


def told(who: Who, way: Way, by: By = None, json: Json = False) -> None:
    """Note that they were told outside this program."""
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.informing.actions.note_information import note_information

        person_id = the_owner_of(who)
        note_information(person_id=person_id, way=way, by=acting(by, PERMISSION))
        answer.tell(person=str(person_id), way=way)
        answer.say("Noted.")


def disclosed(
    who: Who, to: Recipient, name: Name = "", unnamed: NotNamed = "", why: Why = "", on: On = "",
    by: By = None, json: Json = False,
) -> None:  # fmt: skip
    """Note that their data went to somebody else outside this program, and to whom: they hear of it by name when they
    ask. Who has yet to be told where we have their data from has to know today, and is written to."""
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.informing.actions.note_disclosure import note_disclosure

        person_id = the_owner_of(who)
        noted = note_disclosure(
            person_id=person_id, to=to, name=name, unnamed=unnamed, why=why,
            on=day_at(on, safe="Nothing was stored.") if on else None, by=acting(by, PERMISSION),
        )  # fmt: skip
        answer.tell(person=str(person_id), to=to, disclosure=str(noted.id))
        answer.say(
            f"Noted: {noted.id}. Who has yet to be told where their data came from is written to at once, where an "
            "address of theirs can be reached."
        )


def recipients(who: Who, json: Json = False) -> None:
    """Everybody outside who gets or got data of theirs, by name, as an answer under Art. 15 says it."""
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.export.answer import Told
        from aureole.privacy.export.ports import receivers_of
        from aureole.privacy.informing.hearing import say_changes, untold
        from aureole.privacy.informing.recipients import disclosures_of

        person_id, told = the_owner_of(who), Told("en")
        lines = [told.receiver(found) for found in receivers_of(person_id)]
        kept = disclosures_of(person_id)
        unnamed = [one for one in kept if one.unnamed]
        waiting = {one.id: one.changes for one in untold(person_id)}
        answer.tell(
            recipients=[{"name": name, "what": what} for name, what in lines],
            unnamed=[{"disclosure": str(one.id), "to": one.to, "why": one.unnamed} for one in unnamed],
            named=[
                {
                    "disclosure": str(one.id),
                    "name": str(one.name),
                    "untold": [{"change": event, "on": day} for event, day in waiting.get(one.id, ())],
                }
                for one in kept
                if one.name
            ],
        )
        answer.table(("Recipient", "What"), lines)
        for one in kept:
            if one.name:
                changes = say_changes(waiting.get(one.id, ()))
                answer.say(
                    f"Noted here: {one.id}, {one.name}. "
                    + (f"Not told yet: {changes}. " if changes else "")
                    + "`inform settle` notes that they were told of a change."
                )
        for one in unnamed:
            answer.say(
                f"By its kind only: {one.id}, {one.get_to_display()}. `inform name` gives it its name."
            )


def name_one(disclosure: Which, recipient: Called, by: By = None, json: Json = False) -> None:
    """Say who it was, where only the kind of a recipient was noted."""
    with report(json) as answer, instance():
        from aureole.privacy.informing.actions.name_recipient import name_recipient

        row = name_recipient(disclosure_id=disclosure, name=recipient, by=acting(by, PERMISSION))
        answer.tell(disclosure=str(row.id), person=str(row.person_id))
        answer.say("Noted.")


def settle(
    disclosure: Which, request: OfRequest = "", hearing: Heard = "told", why: HowHeard = "", by: By = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Note that somebody who got their data was told of a correction, a restriction or an erasure (GDPR Art. 19), or
    why they cannot be. Before an erasure: the name goes with it. Without --request: of what was changed without one."""
    with report(json) as answer, instance():
        from aureole.privacy.informing.actions.settle_changes import settle_changes
        from aureole.privacy.informing.actions.settle_recipient import settle_recipient
        from aureole.privacy.informing.hearing import notifiable
        from aureole.privacy.rights.queue import request_named

        if not request:
            count = settle_changes(
                disclosure_id=disclosure, hearing=hearing, reason=why, by=acting(by, "rights.handle")
            )
            answer.tell(disclosure=str(disclosure), hearing=hearing, changes=count)
            answer.say(f"Noted of {count}." if count else "Nothing waits for them to hear of.")
            return
        found = settle_recipient(
            disclosure_id=disclosure, request_id=request_named(request).id, hearing=hearing, reason=why,
            by=acting(by, "rights.handle"),
        )  # fmt: skip
        left = sum(not one.settled for one in notifiable(found))
        answer.tell(request=found.number, disclosure=str(disclosure), hearing=hearing, left=left)
        answer.say(f"Noted in the timeline of request {found.number}. Still to be told: {left}.")


def exempt(who: Who, ground: Ground, by: By = None, json: Json = False) -> None:
    """Decide that they need not be told. They still hear of their right to object with the first message to them."""
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.informing.actions.exempt_information import exempt_information

        person_id = the_owner_of(who)
        exempt_information(person_id=person_id, ground=ground, by=acting(by, PERMISSION))
        answer.tell(person=str(person_id), ground=ground)
        answer.say("Noted, with its ground.")


def again(who: Who, by: By = None, json: Json = False) -> None:
    """Take back what `told` or `exempt` noted: they have to be told."""
    with report(json) as answer, instance():
        from aureole.people.queries import the_owner_of
        from aureole.privacy.informing.actions.reopen_information import reopen_information

        person_id = the_owner_of(who)
        reopen_information(person_id=person_id, by=acting(by, PERMISSION))
        answer.tell(person=str(person_id))
        answer.say("They have to be told again.")
