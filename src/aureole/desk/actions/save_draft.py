from __future__ import annotations

from django.db import transaction

from aureole.desk.drafts_aside import kept_aside, let_go
from aureole.desk.models import Draft, MessageKind, Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require


def save_draft(*, ticket: Ticket, text: str, kind: str, by: Actor) -> Draft | None:
    """Keep what an agent has typed so far; empty text forgets it. No ledger entry: nothing happened yet.

    What a legal hold covers is set aside as it was, and the words go on in a draft of their own.
    Raises Refused for an unknown kind or when the requester was erased.
    """
    require(by, "desk.note")
    about, writer = ticket.requester_id, by.agent_id
    if kind not in (MessageKind.PUBLIC, MessageKind.NOTE) or about is None or writer is None:
        raise Refused(
            "draft_unusable", "This draft cannot be kept here. Copy your words before you leave the page."
        )
    with transaction.atomic():
        if text.strip():
            refuse_work(about)
        mine = Draft.objects.filter(ticket=ticket, agent_id=writer, kind=kind, set_aside_at=None)
        mine = mine.select_for_update()
        if not text.strip():
            let_go(mine)
            return None
        draft = mine.first()
        if draft is not None and kept_aside([draft]):
            draft = None
        if draft is None:
            draft = Draft(ticket=ticket, agent_id=writer, kind=kind)
        draft.person_id, draft.text, draft.updated_at = about, text, now()
        draft.save()
    return draft


def forget_draft(*, ticket: Ticket, kind: str, by: Actor) -> None:
    """What was sent or noted is no draft any more."""
    if by.agent_id is not None:
        let_go(Draft.objects.filter(ticket=ticket, agent_id=by.agent_id, kind=kind, set_aside_at=None))
