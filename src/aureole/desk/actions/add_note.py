from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aureole.desk.actions.save_draft import forget_draft
from aureole.desk.models import Direction, Message, MessageKind, Ticket
from aureole.desk.writing import NewFile, add_message
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.restriction import refuse_unless_active
from aureole.staff.permissions import require


def add_note(
    *, ticket: Ticket, text: str, by: Actor, files: Sequence[NewFile] = (), at: datetime | None = None
) -> Message:
    """Words among staff. About the requester, so sealed under their key and part of what they may ask to see.

    Raises Refused for an empty note, or when the requester was erased.
    """
    require(by, "desk.note")
    if ticket.requester_id is None:
        raise Refused("requester_gone", "The requester was erased, so nothing more can be noted about them.")
    if not text.strip() and not files:
        raise Refused("note_empty", "There is nothing to note yet. Write something first; nothing was saved.")
    moment = at or now()
    with transaction.atomic():
        refuse_unless_active(ticket.requester_id)
        message = Message(
            person_id=ticket.requester_id, author_id=by.person_id, kind=MessageKind.NOTE,
            direction=Direction.INTERNAL, sent_at=moment, created_at=moment, text=text.strip(),
        )  # fmt: skip
        add_message(ticket, message, files)
        forget_draft(ticket=ticket, kind=MessageKind.NOTE, by=by)
        record("desk.noted", by=by, person=ticket.requester_id, attachments=len(files))
    return message
