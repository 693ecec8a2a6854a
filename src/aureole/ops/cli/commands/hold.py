"""`aureole hold …`: legal holds, placed, listed, released."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.acting import By, acting
from aureole.ops.cli.days import day_at
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from aureole.privacy.holds.listing import Line

PersonId = Annotated[uuid.UUID | None, typer.Option("--person", metavar="ID", help="The person as a whole.")]
TicketNumber = Annotated[
    int | None, typer.Option("--ticket", metavar="NUMBER", help="One ticket, with all in it.")
]
MessageId = Annotated[uuid.UUID | None, typer.Option("--message", metavar="ID", help="One message.")]
FileId = Annotated[uuid.UUID | None, typer.Option("--file", metavar="ID", help="One attached file.")]
Reason = Annotated[str, typer.Option("--reason", help="Why it has to be kept; sealed.")]
Review = Annotated[
    str, typer.Option("--review", metavar="YYYY-MM-DD", help="The day on which somebody looks at it again.")
]
Ground = Annotated[
    str, typer.Option("--ground", help="claims, duty, health, archive or speech (GDPR Art. 17(3)).")
]
Why = Annotated[str, typer.Option("--reason", help="Why it is not needed any more; sealed.")]
HoldId = Annotated[uuid.UUID, typer.Argument(metavar="ID", help="As `hold list` shows it.")]
Released = Annotated[bool, typer.Option("--all", help="Released ones too.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Legal holds.", rich_markup_mode=None)
    app.add_typer(group, name="hold")
    for name, command in (("add", add), ("list", list_all), ("keep", keep), ("release", release)):
        group.command(name)(command)


def add(
    reason: Reason,
    review: Review,
    person: PersonId = None,
    ticket: TicketNumber = None,
    message: MessageId = None,
    file: FileId = None,
    ground: Ground = "claims",
    by: By = None,
    json: Json = False,
) -> None:
    """Keep something that would otherwise go: a person, a ticket, a message or a file (GDPR Art. 17(3)).

    Retention keeps the ticket that the hold is about. The erasure of a person waits as a whole while anything of
    theirs is held, because their keys open all of it or nothing. Requests that wait go on when it is released.
    """
    with report(json) as answer, instance():
        from aureole.privacy.holds.actions.place_hold import place_hold

        person_id, table, row_id = _what(person, ticket, message, file)
        hold = place_hold(
            person_id=person_id, table=table, row_id=row_id, reason=reason, review_on=day_at(review),
            ground=ground, by=acting(by, "privacy.hold"),
        )  # fmt: skip
        answer.tell(id=str(hold.id), person=str(person_id), table=table, row=str(row_id) if row_id else None)
        answer.say(f"Held until somebody releases it; look again by {hold.review_on}. {hold.id}")


def _what(
    person: uuid.UUID | None, ticket: int | None, message: uuid.UUID | None, file: uuid.UUID | None
) -> tuple[uuid.UUID, str, uuid.UUID | None]:
    """Whose it is, and which row; no table for the person as a whole."""
    from aureole.desk.models import Attachment, Message, Ticket

    if sum(thing is not None for thing in (person, ticket, message, file)) != 1:
        raise Refused("hold_what", "Give one of --person, --ticket, --message and --file. Nothing was held.")
    if person is not None:
        return person, "", None
    found: Any = None
    table = ""
    if ticket is not None:
        found = Ticket.objects.filter(number=ticket).values_list("requester_id", "pk").first()
        table = "desk_ticket"
    elif message is not None:
        found, table = (
            Message.objects.filter(pk=message).values_list("person_id", "pk").first(),
            "desk_message",
        )
    elif file is not None:
        found = Attachment.objects.filter(pk=file).values_list("person_id", "pk").first()
        table = "desk_attachment"
    if found is None or found[0] is None:
        raise NotFound("hold_nothing", "There is no such item here; it may be gone. Nothing was held.")
    return found[0], table, found[1]


def list_all(released: Released = False, json: Json = False) -> None:
    """What is held, the next to be looked at first."""
    with report(json) as answer, instance():
        from aureole.privacy.holds.listing import holds

        lines = holds(released_too=released)
        answer.tell(holds=[_brief(line) for line in lines])
        answer.table(
            ("Review", "", "Person", "What", "Ground", "Reason", "Id"),
            [(b["review_on"], b["urgency"], b["person"], b["table"] or "person", b["ground"], b["reason"], b["id"])
             for b in map(_brief, lines)],
        )  # fmt: skip
        due = sum(line.urgency == "due" for line in lines)
        answer.say(f"{due} to be looked at now." if lines else "Nothing is held.")


def _brief(line: Line) -> dict[str, Any]:
    hold = line.hold
    return {
        "id": str(hold.id), "person": str(hold.person_id), "table": hold.table,
        "row": str(hold.row_id) if hold.row_id else None, "ground": hold.ground, "reason": str(hold.reason),
        "review_on": hold.review_on.isoformat(), "days_left": line.days_left, "urgency": line.urgency,
        "placed_at": hold.placed_at.isoformat(),
        "released_at": hold.released_at.isoformat() if hold.released_at else None,
    }  # fmt: skip


def keep(hold_id: HoldId, review: Review, by: By = None, json: Json = False) -> None:
    """Note that it was looked at and is still needed, until the next day of review."""
    with report(json) as answer, instance():
        from aureole.privacy.holds.actions.keep_hold import keep_hold

        hold = keep_hold(hold_id=hold_id, review_on=day_at(review), by=acting(by, "privacy.hold"))
        answer.tell(id=str(hold.id), person=str(hold.person_id), review_on=hold.review_on.isoformat())
        answer.say(f"Kept. Look again by {hold.review_on}.")


def release(hold_id: HoldId, reason: Why, by: By = None, json: Json = False) -> None:
    """Let go. What waited for the hold goes on in the worker: an erasure under way, a request to be prepared."""
    with report(json) as answer, instance():
        from aureole.privacy.holds.actions.release_hold import release_hold

        hold = release_hold(hold_id=hold_id, reason=reason, by=acting(by, "privacy.hold"))
        answer.tell(id=str(hold.id), person=str(hold.person_id))
        answer.say("Released. What waited for it goes on.")
