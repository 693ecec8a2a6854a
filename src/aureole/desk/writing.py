"""What every action that adds a message shares: the row, its files, the ticket's figures, the index."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from aureole.desk import file_index, searching
from aureole.desk.attachment_text import words_in
from aureole.desk.models import Attachment, Message, Ticket
from aureole.kernel import live
from aureole.kernel.inserting import insert_rows
from aureole.kernel.text import excerpt, one_line, storable
from aureole.kernel.trips import send
from aureole.vault.files import seal_file

MAX_SUBJECT = 500
_FIRST_STRAY = 10**9
_COUNT_IN = """
    UPDATE desk_ticket
    SET message_count = message_count + 1, last_message_id = %s, last_message_at = %s, updated_at = %s,
        restricted_until = NULL
    WHERE id = %s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFile:
    """A file to attach: shown name, declared type, bytes, and the Content-ID of an inline image."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None


def next_number() -> int:
    """The next ticket number; numbers are never used twice, gaps are possible."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('desk_ticket_number')")
        return int(cursor.fetchone()[0])


def stray_number() -> int:
    """A number of no place in the row of numbers: it tells neither when a ticket was made nor beside which."""
    number = _FIRST_STRAY + secrets.randbelow(9 * _FIRST_STRAY)
    return stray_number() if Ticket.objects.filter(number=number).exists() else number


def clean_subject(text: str) -> str:
    return one_line(storable(text))[:MAX_SUBJECT] or "(no subject)"


def attach(message: Message, files: Sequence[NewFile]) -> list[Attachment]:
    """Seal the files for the person the message concerns."""
    rows = []
    for position, new in enumerate(files):
        file = seal_file(new.content, person_id=message.person_id)
        row = Attachment(
            message=message, person_id=message.person_id, file=file, position=position,
            name=one_line(storable(new.name))[:255] or "file",
            content_type=new.content_type[:120],
            content_id=new.content_id,
        )  # fmt: skip
        rows.append(row)
    insert_rows(rows)
    return rows


def add_message(ticket: Ticket, message: Message, files: Sequence[NewFile] = ()) -> Message:
    """Save the message with its files, bring the ticket's figures and the index up to date."""
    message.ticket = ticket
    message.text = storable(message.text or "")
    message.excerpt = excerpt(message.own_words or message.text)
    insert_rows([message])
    attached = attach(message, files)
    _count_in(ticket, message)
    words = [words_in(new.content_type, new.content) for new in files]
    searching.index_message(message, ticket, attached, words)
    file_index.note_new_files([(row, new.content) for row, new in zip(attached, files, strict=True)])
    live.touch("ticket", ticket.id)
    live.touch("desk")
    return message


def _count_in(ticket: Ticket, message: Message) -> None:
    moment: datetime = max(message.created_at, ticket.last_message_at)
    if ticket.last_message_id == message.pk:  # opened with this message, so counted already
        ticket.last_message = message
        return
    send(_COUNT_IN, [message.pk, moment, message.created_at, ticket.pk])
    ticket.message_count += 1
    ticket.last_message = message
    ticket.last_message_at = moment


def add_participants(ticket: Ticket, person_ids: Sequence[uuid.UUID]) -> None:
    """Note who else is part of the conversation; the requester is not noted twice."""
    from aureole.desk.models import Participant

    others = [p for p in dict.fromkeys(person_ids) if p != ticket.requester_id]
    rows = [Participant(ticket=ticket, person_id=person_id) for person_id in others]
    insert_rows(rows, on_conflict="ON CONFLICT DO NOTHING")
