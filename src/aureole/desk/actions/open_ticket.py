from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from aureole.desk import searching
from aureole.desk.events import TicketOpened
from aureole.desk.models import Channel, Priority, Status, Ticket, TicketType
from aureole.desk.writing import clean_subject, next_number
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.events import announce
from aureole.kernel.inserting import insert_rows
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.people.restriction import refuse_frozen
from aureole.staff.models import Agent, Team
from aureole.staff.permissions import require


def open_ticket(
    *,
    requester: Person,
    subject: str,
    by: Actor,
    channel: str = Channel.STAFF,
    type: str = TicketType.QUESTION,
    priority: str = Priority.NORMAL,
    brand_id: uuid.UUID | None = None,
    team: Team | None = None,
    assignee: Agent | None = None,
    linked_to: Ticket | None = None,
    stranger: bool = False,
    first_message: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Ticket:
    """A new ticket without messages yet; the caller adds the first one in the same transaction.

    first_message  the id that message will have, when it is known: the ticket then counts it from the start
    """
    require(by, "desk.open")
    refuse_frozen(requester)
    moment = at or now()
    with transaction.atomic(savepoint=False):
        ticket = Ticket(
            number=next_number(), requester=requester, subject=clean_subject(subject), status=Status.OPEN,
            channel=channel, type=type, priority=priority, brand_id=brand_id, team=team, assignee=assignee,
            linked_to=linked_to, stranger=stranger,
            created_at=moment, updated_at=moment, last_message_at=moment,
            last_message_id=first_message, message_count=0 if first_message is None else 1,
        )  # fmt: skip
        insert_rows([ticket])
        searching.index_ticket(ticket)
        record("desk.opened", by=by, person=requester.id, channel=channel)
        announce(TicketOpened(ticket_id=ticket.id))
    return ticket
