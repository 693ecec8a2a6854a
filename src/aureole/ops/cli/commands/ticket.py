"""`aureole ticket …`: the desk from a terminal."""

from __future__ import annotations

import mimetypes
import sys
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ops.cli.acting import acting, colleague
from aureole.ops.cli.output import Json, report
from aureole.ops.instance import instance

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from aureole.desk.models import Attachment, Message, Ticket
    from aureole.desk.writing import NewFile
    from aureole.people.models import Person
    from aureole.staff.models import Team

Number = Annotated[int, typer.Argument(help="The ticket's number.")]
State = Annotated[str | None, typer.Option("--status", help="open, waiting, solved or closed.")]
OfBrand = Annotated[str | None, typer.Option("--brand", metavar="CODE", help="As `brand list` shows it.")]
Limit = Annotated[int, typer.Option(help="Tickets per page.", min=1, max=1000)]
After = Annotated[str | None, typer.Option(help="The `next` of the page before, to go on from there.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="EMAIL", help="Act as this agent, by your word; default: the operator."),
]
Words = Annotated[str | None, typer.Option("--text", help="The answer. Left out: read from standard input.")]
Attach = Annotated[list[Path] | None, typer.Option("--attach", metavar="FILE", help="May be repeated.")]
Afterwards = Annotated[str, typer.Option("--status", help="What the ticket is afterwards.")]
Assignee = Annotated[
    str, typer.Argument(metavar="EMAIL|nobody", help="An agent's address, or the word nobody.")
]

BrandCode = Annotated[
    str, typer.Argument(metavar="CODE|none", help="As `brand list` shows it, or the word none.")
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Tickets.", rich_markup_mode=None)
    app.add_typer(group, name="ticket")
    group.command("list")(list_tickets)
    group.command("show")(show)
    group.command("open")(open_for)
    group.command("reply")(reply)
    group.command("assign")(assign)
    group.command("close")(close)
    group.command("brand")(brand)
    group.command("type")(set_type)


# ------------------------------------------------------------------ looking


def list_tickets(
    status: State = None,
    of_brand: OfBrand = None,
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> None:
    """Tickets, those with the latest message first. Changes nothing."""
    with report(json) as answer, instance():
        tickets, following = _page(status, of_brand, limit, after)
        answer.tell(tickets=[_line(ticket) for ticket in tickets], next=following)
        lines = [_line(ticket) for ticket in tickets]
        answer.table(
            ("Number", "Status", "Messages", "Requester", "Assignee", "Subject"),
            [
                (t["number"], t["status"], t["messages"], t["requester"]["name"], t["assignee"] or "-",
                 t["subject"])
                for t in lines
            ],
        )  # fmt: skip
        if following:
            answer.say(f"More: --after {following}")


def _page(
    status: str | None, of_brand: str | None, limit: int, after: str | None
) -> tuple[list[Ticket], str | None]:
    from aureole.desk.brands import brand_coded
    from aureole.desk.models import Status, Ticket

    rows: QuerySet[Ticket] = Ticket.objects.visible_to(Actor.operator()).order_by("-last_message_at", "-id")
    if status is not None:
        if status not in Status.values:
            raise Refused("status_unknown", "The status is one of: " + ", ".join(Status.values) + ".")
        rows = rows.filter(status=status)
    if of_brand is not None:
        rows = rows.filter(brand=brand_coded(of_brand))
    if after is not None:
        rows = _beyond(rows, after)
    found = _with_people(rows[: limit + 1])
    more = len(found) > limit
    return found[:limit], _cursor(found[limit - 1]) if more else None


def _cursor(ticket: Ticket) -> str:
    return f"{ticket.last_message_at.isoformat()}/{ticket.id}"


def _beyond(rows: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    from django.db.models import Q

    moment, _, last = cursor.partition("/")
    try:
        at, key = datetime.fromisoformat(moment), uuid.UUID(last)
    except ValueError:
        raise Refused("cursor_unknown", "--after takes the `next` of the page before.") from None
    return rows.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, id__lt=key))


def _with_people(rows: QuerySet[Ticket]) -> list[Ticket]:
    """Tickets with requester and assignee opened, in a constant number of queries."""
    from aureole.vault.unlock import unlock

    tickets = list(
        rows.select_related("requester", "assignee__person", "brand").prefetch_related(
            "requester__identifiers", "assignee__person__identifiers"
        )
    )
    persons = [p for t in tickets for p in (t.requester, t.assignee.person if t.assignee else None) if p]
    unlock(tickets, persons, (i for p in persons for i in p.identifiers.all()))
    return tickets


def _line(ticket: Ticket) -> dict[str, Any]:
    from aureole.people.queries import shown_name

    return {
        "number": ticket.number,
        "subject": _text(ticket.subject),
        "status": ticket.status,
        "type": ticket.type,
        "brand": ticket.brand.code if ticket.brand else None,
        "requester": {
            "id": str(ticket.requester_id) if ticket.requester_id else None,
            "name": shown_name(ticket.requester),
        },
        "assignee": shown_name(ticket.assignee.person) if ticket.assignee else None,
        "messages": ticket.message_count,
        "updated_at": ticket.updated_at.isoformat(),
    }


def _text(value: object) -> str | None:
    """What was erased reads as its marker."""
    return None if value is None else str(value)


def show(number: Number, json: Json = False) -> None:
    """A ticket with its messages and the hashes of its files. That it was read is written into the log."""
    with report(json) as answer, instance():
        from django.db import transaction

        from aureole.ledger.record import record

        ticket = _ticket(number)
        messages = [_message(message, ticket) for message in _messages(ticket)]
        with transaction.atomic():
            record("desk.read", by=Actor.operator(), person=ticket.requester_id, messages=len(messages))
        answer.tell(**_line(ticket) | {"messages": messages})
        of_brand = f", {ticket.brand.name}" if ticket.brand else ""
        answer.say(f"#{ticket.number}  {_text(ticket.subject)}  ({ticket.status}, {ticket.type}{of_brand})")
        for message in messages:
            files = ", ".join(file["name"] for file in message["attachments"])
            answer.say(
                f"\n{message['sent_at']}  {message['from']['name']}"
                f"  [{message['kind']}, {message['direction']}]"
            )
            answer.say(message["text"] or "")
            answer.say(f"Files: {files}" if files else "")


def _ticket(number: int) -> Ticket:
    from aureole.desk.models import Ticket

    found = _with_people(Ticket.objects.visible_to(Actor.operator()).filter(number=number))
    if not found:
        raise NotFound("ticket_not_found", f"There is no ticket {number} here.")
    return found[0]


def _messages(ticket: Ticket) -> list[Message]:
    from aureole.desk.models import Message
    from aureole.vault.unlock import unlock

    rows = Message.objects.visible_to(Actor.operator()).filter(ticket=ticket).order_by("sent_at", "id")
    found = list(rows.select_related("author").prefetch_related("attachments__file", "author__identifiers"))
    authors: Iterable[Person] = [m.author for m in found if m.author]
    identifiers = (i for a in authors for i in a.identifiers.all())
    unlock(found, authors, identifiers, (a for m in found for a in m.attachments.all()))
    return found


def _message(message: Message, ticket: Ticket) -> dict[str, Any]:
    parties = message.parties if isinstance(message.parties, dict) else {}
    return {
        "id": str(message.id),
        "kind": message.kind,
        "direction": message.direction,
        "from": parties.get("from") or _sender(message, ticket),
        "to": parties.get("to") or [],
        "cc": parties.get("cc") or [],
        "sent_at": message.sent_at.isoformat(),
        "text": _text(message.text),
        "html": _text(message.html),
        "new_text": _text(message.new_text if message.new_text is not None else message.text),
        "delivery": message.delivery,
        "attachments": [_attachment(a) for a in sorted(message.attachments.all(), key=lambda a: a.position)],
    }


def _sender(message: Message, ticket: Ticket) -> dict[str, str]:
    """Who wrote what left from here: the agent by name, the brand's or the workspace's address."""
    from aureole.desk.brands import leaves_as
    from aureole.people.queries import shown_name

    name, address = leaves_as(ticket)
    return {"name": shown_name(message.author) if message.author else name, "address": address}


def _attachment(attachment: Attachment) -> dict[str, Any]:
    from aureole.vault.files import sha256

    return {
        "name": _text(attachment.name),
        "content_type": _text(attachment.content_type),
        "size": attachment.file.size,
        "sha256": sha256(attachment.file),
    }


# ------------------------------------------------------------------ doing


def open_for(
    address: Annotated[str, typer.Argument(metavar="EMAIL", help="Of whoever's matter it is.")],
    subject: Annotated[str, typer.Option("--subject", help="What it is about.")],
    text: Annotated[str | None, typer.Option("--text", help="Left out: read from standard input.")] = None,
    note: Annotated[
        bool, typer.Option("--note", help="Keep the words here instead of sending them.")
    ] = False,
    name: Annotated[str, typer.Option("--name", help="Theirs, where nobody here has the address yet.")] = "",
    type_: Annotated[str, typer.Option("--type", help="question, problem, return, order …")] = "question",
    priority: Annotated[str, typer.Option("--priority", help="low, normal, high or urgent.")] = "normal",
    of_brand: OfBrand = None,
    team: Annotated[str, typer.Option("--team", metavar="NAME", help="Whose it is.")] = "",
    acting_as: As = None,
    json: Json = False,
) -> None:
    """A ticket on somebody's behalf; its first words are sent to them. Whoever is new here is entered with it."""
    with report(json) as answer, instance():
        from django.db import transaction

        from aureole.desk.actions.enter_ticket import enter_ticket
        from aureole.desk.brands import brand_coded
        from aureole.people.actions.recognise_person import recognise_person
        from aureole.people.models import PersonSource

        by = acting(acting_as, "desk.open", option="--as")
        chosen = None if of_brand is None else brand_coded(of_brand)
        words = sys.stdin.read() if text is None else text
        with transaction.atomic():
            requester = recognise_person(
                kind="email", value=address, name=name, source=PersonSource.STAFF, by=by
            )
            ticket = enter_ticket(
                requester=requester, subject=subject, text=words, by=by, is_note=note, type=type_,
                priority=priority, brand=chosen, team=_team(team) if team else None,
            )  # fmt: skip
        answer.tell(ticket=ticket.number, requester=str(requester.id), status=ticket.status)
        answer.say(
            f"Ticket {ticket.number} is open." if note else f"Ticket {ticket.number} is open, and sent."
        )


def _team(name: str) -> Team:
    from aureole.staff.models import Team

    found = Team.objects.filter(name=name).first()
    if found is None:
        raise NotFound("team_not_found", "There is no team of that name. Nothing was opened or sent.")
    return found


def reply(
    number: Number,
    text: Words = None,
    attach: Attach = None,
    status: Afterwards = "waiting",
    acting_as: As = None,
    json: Json = False,
) -> None:
    """Answer the requester. The answer leaves through the outbox, once."""
    with report(json) as answer, instance():
        from aureole.desk.actions.reply import reply as answer_requester

        files = [_file(path) for path in attach or []]
        words = sys.stdin.read() if text is None else text
        message = answer_requester(
            ticket=_ticket(number),
            text=words,
            by=acting(acting_as, option="--as"),
            files=files,
            status=status,
        )
        answer.tell(ticket=number, message=str(message.id), delivery=message.delivery)
        answer.say(f"Answered ticket {number} ({message.get_delivery_display()}).")


def _file(path: Path) -> NewFile:
    from aureole.desk.writing import NewFile

    try:
        content = path.read_bytes()
    except OSError as trouble:
        raise Refused(
            "file_unreadable", f"{path} cannot be read ({trouble.strerror}). Nothing was sent."
        ) from trouble
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return NewFile(name=path.name, content_type=kind, content=content)


def assign(number: Number, agent: Assignee, acting_as: As = None, json: Json = False) -> None:
    """Give the ticket to an agent, or to nobody."""
    with report(json) as answer, instance():
        from aureole.desk.actions.assign_ticket import assign_ticket

        assignee = None if agent == "nobody" else colleague(agent, option="the assignee")
        assign_ticket(ticket=_ticket(number), assignee=assignee, by=acting(acting_as, option="--as"))
        answer.tell(ticket=number, assignee=str(assignee.id) if assignee else None)
        answer.say(f"Ticket {number} is assigned to {agent}.")


def brand(number: Number, code: BrandCode, acting_as: As = None, json: Json = False) -> None:
    """Make it a ticket of that brand, or of none: answers from now on leave under its name and address."""
    with report(json) as answer, instance():
        from aureole.desk.actions.set_brand import set_brand
        from aureole.desk.brands import brand_coded

        chosen = None if code == "none" else brand_coded(code)
        set_brand(ticket=_ticket(number), brand=chosen, by=acting(acting_as, option="--as"))
        answer.tell(ticket=number, brand=chosen.code if chosen else None)
        answer.say(f"Ticket {number} is of {chosen.name if chosen else 'no brand'}.")


def set_type(
    number: Number,
    to: Annotated[
        str, typer.Argument(metavar="TYPE", help="question, problem, return, order, privacy or demo.")
    ],
    acting_as: As = None,
    json: Json = False,
) -> None:
    """Say what kind of matter it is: how long it is kept hangs on it (`retention show`)."""
    with report(json) as answer, instance():
        from aureole.desk.actions.set_type import set_type as set_to

        ticket = set_to(ticket=_ticket(number), type=to, by=acting(acting_as, option="--as"))
        answer.tell(ticket=number, type=ticket.type)
        answer.say(f"Ticket {number} is now of the type {ticket.type}.")


def close(number: Number, acting_as: As = None, json: Json = False) -> None:
    """The ticket is done; a new message of the requester opens it again."""
    with report(json) as answer, instance():
        from aureole.desk.actions.close_ticket import close_ticket

        ticket = close_ticket(ticket=_ticket(number), by=acting(acting_as, option="--as"))
        answer.tell(ticket=number, status=ticket.status)
        answer.say(f"Ticket {number} is {ticket.status}.")
