"""What the search index gets to know about tickets and messages, and how a hit is opened again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from aureole.desk.attachment_text import text_of
from aureole.desk.html_words import html_words
from aureole.desk.models import Attachment, Message, Ticket
from aureole.kernel.actor import Actor
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.search.sources import Hit
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


def parties_in(parties: dict[str, Any] | None) -> list[dict[str, str]]:
    """All senders and recipients of a message as a flat list."""
    found: list[dict[str, str]] = []
    for value in (parties or {}).values():
        found.extend(value if isinstance(value, list) else [value] if value else [])
    return found


def addresses_in(parties: dict[str, Any] | None) -> list[str]:
    return [party["address"] for party in parties_in(parties) if party.get("address")]


class TicketSource:
    """Subjects and numbers."""

    kind = "ticket"

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Ticket.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        for ticket in unlock(Ticket.objects.filter(pk__in=row_ids)):
            document = _ticket_document(ticket)
            if document is not None:
                yield document

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        rows = Ticket.objects.visible_to(actor).filter(pk__in=row_ids, requester__isnull=False)
        shown = ("number", "subject", "created_at", "requester__name")
        tickets = list(rows.select_related("requester").only(*shown))
        unlock(tickets, _named(t.requester for t in tickets))
        return {
            ticket.id: _ticket_hit(ticket) for ticket in tickets if not isinstance(ticket.subject, Erased)
        }


def _ticket_hit(ticket: Ticket) -> Hit:
    return Hit(
        kind="ticket", id=ticket.id, ticket=ticket.number, person=ticket.requester_id,
        person_name=shown_name(ticket.requester), title=ticket.subject or "",
        text=f"{ticket.number}\n{ticket.subject}", at=ticket.created_at,
    )  # fmt: skip


class MessageSource:
    """Words of conversations."""

    kind = "message"

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Message.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        for message in _messages(Message.objects.filter(pk__in=row_ids)):
            if not isinstance(message.text, Erased):
                yield _message_document(message, list(message.attachments.all()))

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        found = _shown_messages(Message.objects.visible_to(actor).filter(pk__in=row_ids))
        return {
            message.id: _message_hit(message) for message in found if not isinstance(message.text, Erased)
        }


def _messages(rows: Any) -> list[Message]:
    messages: list[Message] = list(
        rows.select_related("ticket", "author").prefetch_related("attachments__file", "author__identifiers")
    )
    files = (a for m in messages for a in m.attachments.all())
    unlock(messages, (m.ticket for m in messages), (m.author for m in messages), files)
    return messages


_SHOWN = ("person_id", "sent_at", "text", "parties", "ticket__number", "ticket__subject", "author__name")


def _shown_messages(rows: Any) -> list[Message]:
    """Messages with only what a hit shows: not their HTML, and the names of files without the files."""
    names = Prefetch("attachments", Attachment.objects.only("message_id", "name"))
    messages: list[Message] = list(
        rows.select_related("ticket", "author").only(*_SHOWN).prefetch_related(names)
    )
    files = (a for m in messages for a in m.attachments.all())
    unlock(messages, (m.ticket for m in messages), _named(m.author for m in messages), files)
    return messages


def _named(persons: Iterable[Person | None]) -> list[Person]:
    """Those that are there; whoever has no name gets their addresses to be shown by."""
    found = [person for person in persons if person is not None]
    nameless = [person for person in found if person.__dict__["name"] is None]
    prefetch_related_objects(nameless, "identifiers")
    return found


def _message_hit(message: Message) -> Hit:
    texts = message_texts(message, list(message.attachments.all()))
    return Hit(
        kind="message", id=message.id, ticket=message.ticket.number, person=message.person_id,
        person_name=shown_name(message.author), title=message.ticket.subject or "",
        text="\n".join([*texts, *addresses_in(message.parties)]), at=message.sent_at,
    )  # fmt: skip


def register() -> None:
    sources.register(TicketSource())
    sources.register(MessageSource())
