"""Rows of lists of tickets, read as tuples: fifty rows need twelve columns of three tables, not 150 objects."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from aureole.desk.models import Direction, Message, Status, Ticket
from aureole.desk.models.ticket import TicketQuerySet
from aureole.desk.queues import queue_parts, tickets_in
from aureole.kernel.actor import Actor
from aureole.kernel.compiled import Compiled, read_rows
from aureole.kernel.cursor import read_cursor, write_cursor
from aureole.people.models import Person
from aureole.people.officers import sees_restricted
from aureole.people.queries import first_shown, said_name
from aureole.vault.erased import Erased
from aureole.vault.row_values import SealedColumn, fetch_keys

PAGE = 50
_SUBJECT, _EXCERPT = SealedColumn(Ticket, "subject"), SealedColumn(Message, "excerpt")
_NAME = SealedColumn(Person, "name")


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRow:
    """A ticket in a list. `subject` is None when it was erased; `waits_for_us`: theirs is the last word."""

    number: int
    who: str
    subject: str | None
    excerpt: str
    language: str
    at: datetime
    status: str
    channel: str
    waits_for_us: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketPage:
    """Rows, latest first; `next` is the cursor of the following page, None at the end."""

    rows: tuple[TicketRow, ...]
    next: str | None


class _Read(NamedTuple):
    """One row as it rests. Of what is sealed, bytes."""

    id: uuid.UUID
    number: int
    requester: uuid.UUID | None
    name: bytes | None
    subject: bytes | None
    message: uuid.UUID | None
    excerpt: bytes | None
    language: str | None
    direction: str | None
    at: datetime
    status: str
    channel: str
    is_hidden: bool | None


_COLUMNS = (
    "id", "number", "requester_id", "requester__name", "subject", "last_message_id", "last_message__excerpt",
    "last_message__language", "last_message__direction", "last_message_at", "status", "channel",
    "is_hidden",
)  # fmt: skip


def list_tickets(
    queue: str,
    actor: Actor,
    *,
    after: str | None = None,
    numbers: Collection[int] | None = None,
    limit: int = PAGE,
) -> TicketPage:
    """A page of a list (see `queues`), by the time of the last message.

    numbers  only these, when the list was searched
    Raises NotFound for an unknown list, Refused for a cursor we did not make.
    """
    if numbers is None:
        kind, row_id = queue_parts(queue)
        moment, last = read_cursor(after) if after else (None, None)
        read = _page.rows(kind, limit + 1, actor=actor, row_id=row_id, moment=moment, last=last)
    else:
        read = read_rows(_latest(tickets_in(queue, actor).filter(number__in=numbers), actor, limit + 1))
    found = [_Read(*row) for row in read]
    shown, more = found[:limit], len(found) > limit
    return TicketPage(rows=_open(shown), next=write_cursor(shown[-1].at, shown[-1].id) if more else None)


def has_tickets(actor: Actor) -> bool:
    """Whether there is any ticket the actor sees, in whatever list."""
    return Ticket.objects.visible_to(actor).exists()


def earlier_tickets(ticket: Ticket, actor: Actor, limit: int = 5) -> tuple[TicketRow, ...]:
    """Other tickets of the same requester, latest first; empty once the requester was erased."""
    if ticket.requester_id is None:
        return ()
    read = _others.rows(limit, actor=actor, requester=ticket.requester_id, but=ticket.pk)
    return _open([_Read(*row) for row in read])


def subject_of(ticket: Ticket) -> str | None:
    """The subject, None when it was erased."""
    return _words(ticket.subject)


# ------------------------------------------------------------------ statements


def _build_page(
    kind: str,
    limit: int,
    *,
    actor: Actor,
    row_id: uuid.UUID | None,
    moment: datetime | None,
    last: uuid.UUID | None,
) -> Any:
    tickets = tickets_in(f"{kind}:{row_id}" if row_id else kind, actor)
    if moment is not None:  # the first condition alone bounds the walk through the index
        tickets = tickets.filter(last_message_at__lte=moment)
        tickets = tickets.filter(Q(last_message_at__lt=moment) | Q(last_message_at=moment, id__lt=last))
    return _latest(tickets, actor, limit)


def _build_others(limit: int, *, actor: Actor, requester: uuid.UUID, but: uuid.UUID) -> Any:
    tickets = Ticket.objects.visible_to(actor).filter(requester_id=requester).exclude(pk=but)
    return _latest(tickets, actor, limit)


def _latest(tickets: TicketQuerySet, actor: Actor, limit: int) -> Any:
    rows = tickets.annotate(is_hidden=_last_word_hidden(actor))
    return rows.order_by("-last_message_at", "-id").values_list(*_COLUMNS)[:limit]


def _last_word_hidden(actor: Actor) -> Any:
    """Whether somebody restricted has the last word in a ticket of others (as `Message.visible_to`)."""
    if sees_restricted(actor):
        return Value(False)
    restricted = Person.objects.restricted().values("pk")
    return ExpressionWrapper(Q(last_message__person__in=restricted), output_field=BooleanField())


_page: Compiled[Ticket] = Compiled(_build_page)
_others: Compiled[Ticket] = Compiled(_build_others)


# ------------------------------------------------------------------ opening


def _open(found: Sequence[_Read]) -> tuple[TicketRow, ...]:
    """One query for addresses of those without a name, one for keys; none when all is at hand."""
    fetch_keys(value for row in found for value in (row.name, row.subject, row.excerpt))
    nameless = first_shown({row.requester for row in found if row.requester and row.name is None})
    return tuple(_row(row, nameless) for row in found)


def _row(row: _Read, nameless: dict[uuid.UUID, str]) -> TicketRow:
    excerpt = None if row.is_hidden else _EXCERPT.open(row.message, row.excerpt)
    return TicketRow(
        number=row.number, who=_who(row, nameless), subject=_words(_SUBJECT.open(row.id, row.subject)),
        excerpt=str(excerpt or ""), language="" if row.is_hidden else row.language or "", at=row.at, status=row.status,
        channel=row.channel, waits_for_us=row.status == Status.OPEN and row.direction == Direction.IN,
    )  # fmt: skip


def _who(row: _Read, nameless: dict[uuid.UUID, str]) -> str:
    if row.requester is None:
        return said_name(None)
    name = _NAME.open(row.requester, row.name)
    return said_name("" if name is None else name, nameless.get(row.requester, ""))


def _words(subject: object) -> str | None:
    return None if subject is None or isinstance(subject, Erased) else str(subject)
