from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aureole.desk.actions.set_status import set_status
from aureole.desk.events import MessageReceived
from aureole.desk.models import Direction, Message, MessageKind, Status, Ticket
from aureole.desk.writing import NewFile, add_message, add_participants
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.events import announce
from aureole.kernel.ids import new_id
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.people.restriction import refuse_frozen


def receive_message(
    *,
    ticket: Ticket,
    author: Person,
    text: str,
    by: Actor,
    html: str | None = None,
    new_text: str | None = None,
    parties: dict[str, Any] | None = None,
    files: Sequence[NewFile] = (),
    participants: Sequence[uuid.UUID] = (),
    kind: str = MessageKind.PUBLIC,
    language: str = "",
    sent_at: datetime | None = None,
    message_id: uuid.UUID | None = None,
) -> Message:
    """Put a customer's message into a ticket, sealed under the author's own key.

    Their words open a ticket that was waiting or solved again; automatic replies and delivery
    reports (`kind`) change nothing but the timeline; a delivery report is about `author` and by a machine.

    new_text  their own new words, when `text` also holds quotes or a signature
    parties   {"from": {"name", "address"}, "to": [...], "cc": [...], "reply_to": [...]}
    message_id  the one its ticket was opened with (`first_message`)
    """
    refuse_frozen(author)
    moment = sent_at or now()
    with transaction.atomic(savepoint=False):
        message = Message(
            id=message_id or new_id(), person=author, author=None if kind == MessageKind.BOUNCE else author,
            kind=kind, direction=Direction.IN, language=language, sent_at=moment,
            created_at=now() if sent_at is None else moment,
            text=text, html=html, new_text=new_text, parties=parties,
        )  # fmt: skip
        add_message(ticket, message, files)
        add_participants(ticket, [author.id, *participants])
        if kind == MessageKind.PUBLIC and ticket.status != Status.OPEN:
            set_status(ticket=ticket, status=Status.OPEN, by=by, at=moment)
        record("desk.received", by=by, person=author.id, attachments=len(files), kind=kind)
        announce(MessageReceived(message_id=message.id))
    return message
