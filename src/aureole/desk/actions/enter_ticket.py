from __future__ import annotations

from datetime import datetime

from django.db import transaction

from aureole.desk.actions.add_note import add_note
from aureole.desk.actions.open_ticket import open_ticket
from aureole.desk.actions.reply import reply
from aureole.desk.models import Brand, Channel, Priority, Ticket, TicketType
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.models import Person
from aureole.people.restriction import refuse_unless_active
from aureole.staff.models import Agent, Team
from aureole.staff.permissions import require


def enter_ticket(
    *,
    requester: Person,
    subject: str,
    text: str,
    by: Actor,
    is_note: bool = False,
    type: str = TicketType.QUESTION,
    priority: str = Priority.NORMAL,
    brand: Brand | None = None,
    team: Team | None = None,
    assignee: Agent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """A ticket an agent opens about somebody's matter, with its first words: all of it or nothing.

    text     sent to the requester under the brand's name, and the ticket waits for them; or, where `is_note`, kept
             among staff, and it is open

    Raises Refused without a subject or words, for a type, priority or brand there is none of, for somebody who is
    restricted or being erased, and, where it would be sent, as `reply` does.
    """
    require(by, "desk.open")
    if not subject.strip():
        raise Refused("subject_missing", "Say in a few words what it is about. Nothing was opened or sent.")
    if type not in TicketType.values or priority not in Priority.values:
        raise Refused("ticket_unknown", "There is no such type or priority. Nothing was opened or sent.")
    moment = at or now()
    with transaction.atomic():
        refuse_unless_active(requester.id)
        if brand is not None and not Brand.objects.filter(pk=brand.pk, removed_at=None).exists():
            raise Refused("brand_gone", "This brand is not in use any more. Nothing was opened or sent.")
        ticket = open_ticket(
            requester=requester, subject=subject, by=by, channel=Channel.STAFF, type=type, priority=priority,
            brand_id=brand.pk if brand else None, team=team, assignee=assignee, at=moment,
        )  # fmt: skip
        if is_note:
            add_note(ticket=ticket, text=text, by=by, at=moment)
        else:
            reply(ticket=ticket, text=text, by=by, at=moment)
    return ticket
