from __future__ import annotations

from django.db import transaction

from aureole.desk.models import Draft, MessageKind, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.staff.permissions import require


def save_draft(*, ticket: Ticket, text: str, kind: str, by: Actor) -> Draft | None:
    """Keep what an agent has typed so far; empty text forgets it. No ledger entry: nothing happened yet.

    Raises Refused for an unknown kind or when the requester was erased.
    """
    require(by, "desk.note")
    if kind not in (MessageKind.PUBLIC, MessageKind.NOTE) or ticket.requester_id is None:
        raise Refused("draft_unusable", "This draft cannot be kept here. Copy your words before you leave the page.")
    with transaction.atomic():
        mine = Draft.objects.select_for_update().filter(ticket=ticket, agent_id=by.agent_id, kind=kind)
        draft = mine.first()
        if not text.strip():
            mine.delete()
            return None
        if draft is None:
            draft = Draft(ticket=ticket, agent_id=by.agent_id, kind=kind)
        draft.person_id, draft.text, draft.updated_at = ticket.requester_id, text, now()
        draft.save()
    return draft
