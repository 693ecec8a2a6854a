"""What the search index gets to know about tickets and messages, and how a hit is opened again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from aureole.desk import file_index
from aureole.desk.attachment_text import text_of
from aureole.desk.hits import message_hits, ticket_hits
from aureole.desk.models import Attachment, Message, Status, Ticket
from aureole.desk.parties import addresses_in, parties_in
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.html_words import html_words
from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.search.sources import Hit, Traits
from aureole.staff.models import Team
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock


def index_ticket(ticket: Ticket) -> None:
    document = _ticket_document(ticket)
    if document is not None:
        index_documents([document])


def index_message(
    message: Message, ticket: Ticket, attachments: Sequence[Attachment], words: Sequence[str] | None = None
) -> None:
    """Bring the index up to date, in the caller's transaction.

    words  what is written in the attached files; read from them when not given
    """
    index_documents([_message_document(message, attachments, words)])


def _ticket_document(ticket: Ticket) -> Document | None:
    if ticket.requester_id is None or isinstance(ticket.subject, Erased) or ticket.subject is None:
        return None
    return Document(
        kind="ticket", row_id=ticket.id, person_id=ticket.requester_id, at=ticket.created_at,
        texts=[ticket.subject], exact=[str(ticket.number)],
    )  # fmt: skip


def _message_document(
    message: Message, attachments: Sequence[Attachment], words: Sequence[str] | None = None
) -> Document:
    if words is None:
        words = [text_of(str(a.content_type), a.file) for a in attachments]
    return Document(
        kind="message", row_id=message.id, person_id=message.person_id, at=message.sent_at,
        texts=[*message_texts(message, attachments), *_words_beyond(message), *words],
        exact=addresses_in(message.parties), language=message.language,
    )  # fmt: skip


def _words_beyond(message: Message) -> list[str]:
    """What only the HTML form says: most often it repeats the text, and then costs the index nothing."""
    return [html_words(message.html)] if message.html else []


def message_texts(message: Message, attachments: Sequence[Attachment]) -> list[str]:
    """Every text of a message that names or tells something: words, parties, names of files."""
    names = [party["name"] for party in parties_in(message.parties)]
    return [message.text or "", *names, *(attachment.name for attachment in attachments)]


class TicketSource:
    """Subjects and numbers."""

    kind = "ticket"
    traits = frozenset({"status", "team"})

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Ticket.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        for ticket in unlock(Ticket.objects.filter(pk__in=row_ids)):
            document = _ticket_document(ticket)
            if document is not None:
                yield document

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        return ticket_hits(row_ids, actor)

    def narrowed(self, traits: Traits) -> tuple[str, list[Any]]:
        where, values = _of_tickets(traits)
        return f"SELECT t.id FROM desk_ticket t WHERE {where}", values


class MessageSource:
    """Words of conversations."""

    kind = "message"
    traits = frozenset({"status", "team"})

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Message.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        for message in _messages(Message.objects.filter(pk__in=row_ids)):
            if not isinstance(message.text, Erased):
                yield _message_document(message, list(message.attachments.all()))

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        return message_hits(row_ids, actor)

    def narrowed(self, traits: Traits) -> tuple[str, list[Any]]:
        where, values = _of_tickets(traits)
        sql = f"SELECT m.id FROM desk_message m JOIN desk_ticket t ON t.id = m.ticket_id WHERE {where}"
        return sql, values


def traits_of(
    *, statuses: Sequence[str] = (), team_ids: Sequence[uuid.UUID] = (), team_names: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """What a ticket must be, for a search to be narrowed by. Raises Refused for a status or team there is not."""
    strange = set(statuses) - set(Status.values)
    if strange:
        raise Refused("status_unknown", f"There is no such status. Known: {', '.join(Status.values)}.")
    teams = [str(team_id) for team_id in team_ids]
    for name in team_names:
        team_id = Team.objects.filter(name=name).values_list("pk", flat=True).first()
        if team_id is None:
            raise Refused("team_unknown", "There is no team of that name; nothing was searched.")
        teams.append(str(team_id))
    chosen = {"status": tuple(statuses), "team": tuple(teams)}
    return {name: values for name, values in chosen.items() if values}


_TRAITS = {"status": "t.status", "team": "t.team_id::text"}


def _of_tickets(traits: Traits) -> tuple[str, list[Any]]:
    """Tickets of one of the values of each trait."""
    asked_for = {_TRAITS[name]: list(values) for name, values in traits.items()}
    return " AND ".join(f"{column} = ANY(%s)" for column in asked_for), list(asked_for.values())


def _messages(rows: Any) -> list[Message]:
    messages: list[Message] = list(
        rows.select_related("ticket", "author").prefetch_related("attachments__file", "author__identifiers")
    )
    files = (a for m in messages for a in m.attachments.all())
    unlock(messages, (m.ticket for m in messages), (m.author for m in messages), files)
    return messages


_SHELF = "desk"  # a ticket and its messages are searched as one


def register() -> None:
    sources.register(TicketSource(), shelf=_SHELF)
    sources.register(MessageSource(), shelf=_SHELF)
    file_index.register(_SHELF)
