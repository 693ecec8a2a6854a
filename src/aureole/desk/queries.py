"""Reads of the desk: one ticket with all that was said. Constant numbers of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects

from aureole.desk.models import (
    Attachment,
    Change,
    ChangeKind,
    Direction,
    Draft,
    Message,
    MessageKind,
    Participant,
    Status,
    Tag,
    Ticket,
)
from aureole.kernel.actor import Actor
from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.staff.models import Agent
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

MOST_MESSAGES = 200


def name_people(persons: Iterable[Person | None], *, with_addresses: Iterable[Person | None] = ()) -> None:
    """Have at hand what names these persons: one query for identifiers, one for keys.

    with_addresses  persons whose addresses are shown even when they have a name
    """
    everybody = {id(p): p for p in (*persons, *with_addresses) if p is not None}
    addressed = {id(p) for p in with_addresses if p is not None}
    wanted = [p for key, p in everybody.items() if key in addressed or p.__dict__.get("name") is None]
    prefetch_related_objects(wanted, "identifiers")
    unlock(everybody.values(), (i for p in wanted for i in p.identifiers.all()))


# ------------------------------------------------------------------ one ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadFile:
    """An attachment. `size` in bytes."""

    id: uuid.UUID
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadMessage:
    """What somebody wrote. `own` are the new words, `rest` the quotes and signature around them.

    who   the author's name, None for the program
    to    names of the recipients
    """

    id: uuid.UUID
    at: datetime
    author_id: uuid.UUID | None
    who: str | None
    to: tuple[str, ...]
    kind: str
    direction: str
    delivery: str
    language: str
    own: str
    rest: str
    has_html: bool
    files: tuple[ThreadFile, ...]
    is_erased: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadChange:
    """What was changed, in codes; `by` and `assignee` are agents."""

    at: datetime
    kind: str
    before: str
    after: str
    by: uuid.UUID | None
    assignee: uuid.UUID | None


ThreadItem = ThreadMessage | ThreadChange


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTicket:
    """A ticket with its conversation, everything unlocked.

    earlier      how many messages before the first one shown were left out
    copied       others in the conversation who can be sent a copy
    requester    None once erased
    """

    ticket: Ticket
    requester: Person | None
    items: tuple[ThreadItem, ...]
    copied: tuple[Person, ...]
    labels: tuple[str, ...]
    earlier: int
    last_message_id: uuid.UUID | None

    @property
    def message_count(self) -> int:
        return sum(isinstance(item, ThreadMessage) for item in self.items)


def find_ticket(number: int, actor: Actor) -> Ticket:
    """The ticket with its requester. Raises NotFound, also for a ticket the actor may not see."""
    found = _tickets.objects(actor=actor, number=number)
    if not found:
        raise NotFound("ticket_not_found", "There is no such ticket here; it may have been erased.")
    return found[0]


def open_conversation(number: int, actor: Actor, *, all_messages: bool = False) -> OpenTicket:
    """The ticket and what was said and changed in it, in order of time.

    The last 200 messages, unless all are asked for.
    """
    ticket = find_ticket(number, actor)
    messages = _fetch_messages(ticket, actor, None if all_messages else MOST_MESSAGES)
    earlier = 0 if all_messages else max(0, ticket.message_count - len(messages))
    changes = _changes.objects(ticket_id=ticket.pk)
    copied = [p.person for p in _copied.objects(ticket_id=ticket.pk)]
    labels = tuple(name for (name,) in _labels.rows(ticket_id=ticket.pk))
    files = _fetch_files(ticket, messages)
    unlock([ticket], messages, files)
    name_people((m.author for m in messages), with_addresses=[ticket.requester, *copied])
    return OpenTicket(
        ticket=ticket, requester=ticket.requester, items=_in_order(messages, files, changes, bool(earlier)),
        copied=tuple(p for p in copied if not p.is_erased), labels=labels, earlier=earlier,
        last_message_id=messages[-1].pk if messages else None,
    )  # fmt: skip


def _fetch_messages(ticket: Ticket, actor: Actor, most: int | None) -> list[Message]:
    return _messages.objects(most, actor=actor, ticket_id=ticket.pk)[::-1]


def _fetch_files(ticket: Ticket, messages: Sequence[Message]) -> list[Attachment]:
    """In the order they are shown, from the first of these messages on."""
    return _files.objects(ticket_id=ticket.pk, since=messages[0].sent_at) if messages else []


def _build_ticket(*, actor: Actor, number: int) -> QuerySet[Ticket]:
    rows = Ticket.objects.visible_to(actor).filter(number=number)
    return rows.select_related("requester__organisation", "team", "brand", "linked_to")


def _build_messages(most: int | None, *, actor: Actor, ticket_id: uuid.UUID) -> QuerySet[Message]:
    rows = Message.objects.visible_to(actor).filter(ticket_id=ticket_id).select_related("author")
    rows = rows.defer("html", "excerpt").annotate(has_html=Q(html__isnull=False))
    return rows.order_by("-sent_at", "-id")[:most]


def _build_files(*, ticket_id: uuid.UUID, since: datetime) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(message__ticket_id=ticket_id, message__sent_at__gte=since)
    return rows.select_related("file").defer("file__inline").order_by("position", "id")


def _build_changes(*, ticket_id: uuid.UUID) -> QuerySet[Change]:
    return Change.objects.filter(ticket_id=ticket_id).order_by("at", "id")


def _build_copied(*, ticket_id: uuid.UUID) -> QuerySet[Participant]:
    rows = Participant.objects.filter(ticket_id=ticket_id, copied=True)
    rows = rows.exclude(person__in=Person.objects.restricted().values("pk"))  # nothing is sent to them
    return rows.select_related("person").order_by("id")


def _build_labels(*, ticket_id: uuid.UUID) -> Any:
    return Tag.objects.filter(tickets=ticket_id).order_by("name").values_list("name")


_tickets: Compiled[Ticket] = Compiled(_build_ticket)
_messages: Compiled[Message] = Compiled(_build_messages)
_files: Compiled[Attachment] = Compiled(_build_files)
_changes: Compiled[Change] = Compiled(_build_changes)
_copied: Compiled[Participant] = Compiled(_build_copied)
_labels: Compiled[Tag] = Compiled(_build_labels)


def _in_order(
    messages: Sequence[Message], files: Sequence[Attachment], changes: Sequence[Change], is_cut: bool
) -> tuple[ThreadItem, ...]:
    start = messages[0].sent_at if is_cut and messages else None
    of: dict[uuid.UUID, list[Attachment]] = {}
    for file in files:
        of.setdefault(file.message_id, []).append(file)
    items: list[ThreadItem] = [_message(m, of.get(m.pk, ())) for m in messages]
    items += [
        _change(c)
        for c in changes
        if (start is None or c.at >= start) and not _goes_without_saying(c, messages)
    ]
    return tuple(sorted(items, key=lambda item: item.at))


def _goes_without_saying(change: Change, messages: Sequence[Message]) -> bool:
    """A status that came with a message: their words open a ticket, our answer makes it wait."""
    came_with = {Status.OPEN: Direction.IN, Status.WAITING: Direction.OUT}
    return change.kind == ChangeKind.STATUS and any(
        m.sent_at == change.at and m.direction == came_with.get(Status(change.after)) for m in messages
    )


def _change(change: Change) -> ThreadChange:
    return ThreadChange(
        at=change.at, kind=change.kind, before=change.before, after=change.after,
        by=change.by_id, assignee=change.assignee_id,
    )  # fmt: skip


def _message(message: Message, files: Sequence[Attachment]) -> ThreadMessage:
    erased = message.text is None or isinstance(message.text, Erased)
    text = "" if erased else str(message.text)
    own = text if message.new_text is None or erased else str(message.new_text)
    return ThreadMessage(
        id=message.pk, at=message.sent_at, author_id=message.author_id,
        who=_author(message), to=_names_to(message),
        kind=message.kind, direction=message.direction, delivery=message.delivery, language=message.language,
        own=own.strip(), rest=_rest(text, own),
        has_html=bool(getattr(message, "has_html", False)) and not erased,
        files=tuple(_file(a) for a in files) if not erased else (), is_erased=erased,
    )  # fmt: skip


def _author(message: Message) -> str | None:
    """An erased author is a person still; only a program writes with nobody behind it."""
    if message.kind == MessageKind.BOUNCE:
        return "Mail server"
    if message.is_by_a_program:
        return None
    return "An agent" if message.is_by_a_former_agent else shown_name(message.author)


def _names_to(message: Message) -> tuple[str, ...]:
    parties = message.parties or {}
    named = [*parties.get("to", ()), *parties.get("cc", ())]
    return tuple(party.get("name") or party.get("address") or "" for party in named)


def _rest(text: str, own: str) -> str:
    """What `text` holds besides the new words, wherever they stand in it."""
    own, text = own.strip(), text.strip()
    if own == text or not own:
        return "" if own else text
    start = text.find(own)
    return text if start < 0 else f"{text[:start]}\n{text[start + len(own) :]}".strip()


def _file(attachment: Attachment) -> ThreadFile:
    return ThreadFile(
        id=attachment.pk, name=str(attachment.name), content_type=str(attachment.content_type),
        size=attachment.file.size,
    )  # fmt: skip


# ------------------------------------------------------------------ beside a ticket


def drafts_of(ticket: Ticket, actor: Actor) -> tuple[Draft, ...]:
    """What the actor has typed here and not sent, latest first."""
    if actor.agent_id is None:
        return ()
    return tuple(unlock(_drafts.objects(ticket_id=ticket.pk, agent_id=actor.agent_id)))


def _build_drafts(*, ticket_id: uuid.UUID, agent_id: uuid.UUID) -> QuerySet[Draft]:
    return Draft.objects.filter(ticket_id=ticket_id, agent_id=agent_id, set_aside_at=None).order_by(
        "-updated_at"
    )


_drafts: Compiled[Draft] = Compiled(_build_drafts)


def agents_by_id() -> dict[uuid.UUID, Agent]:
    """Every account with its person, names at hand; also those switched off, whose changes still stand."""
    agents = _agents.objects()
    name_people(agent.person for agent in agents)
    return {agent.pk: agent for agent in agents}


def _build_agents() -> QuerySet[Agent]:
    return Agent.objects.select_related("person").order_by("created_at")


_agents: Compiled[Agent] = Compiled(_build_agents)


def message_for(actor: Actor, *, number: int, message_id: uuid.UUID) -> Message:
    """One message of a ticket. Raises NotFound, also for one of another ticket."""
    rows = Message.objects.visible_to(actor).filter(pk=message_id, ticket__number=number)
    message = rows.prefetch_related("attachments__file").first()
    if message is None:
        raise NotFound("message_not_found", "There is no such message here; it may have been erased.")
    unlock([message], message.attachments.all())
    return message


def attachment_for(actor: Actor, attachment_id: uuid.UUID) -> Attachment:
    """One attachment with its file. Raises NotFound, also for one the actor may not see."""
    visible = Message.objects.visible_to(actor).filter(attachments=attachment_id)
    rows = Attachment.objects.filter(pk=attachment_id, message__in=visible).select_related("file")
    attachment = rows.first()
    if attachment is None or isinstance(unlock([attachment])[0].name, Erased):
        raise NotFound("attachment_not_found", "There is no such file here; it may have been erased.")
    return attachment


def newer_message(ticket: Ticket, actor: Actor, *, seen: uuid.UUID | None) -> Message | None:
    """The latest message by somebody else after the one the actor saw last, None when there is none."""
    others = Message.objects.visible_to(actor).filter(ticket=ticket)
    others = others.exclude(author_id=actor.person_id, direction__in=(Direction.OUT, Direction.INTERNAL))
    if seen is not None:
        others = others.filter(id__gt=seen)
    latest = others.select_related("author").order_by("-id").first()
    name_people([latest.author] if latest else [])
    return latest
