"""What a mail of a conversation seemed to say, and somebody says it does not. Later mails are looked at anew."""

from __future__ import annotations

from aureole.desk.models import Change, ChangeKind, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.restriction import refuse_work


def note_dismissal(ticket: Ticket, kind: ChangeKind, after: str, *, by: Actor) -> tuple[Change, bool]:
    """In the caller's transaction: the line of the conversation, and whether it is new. The same again is given back.

    Raises Refused for somebody who is restricted or being erased.
    """
    refuse_work(ticket.requester_id)
    row = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    last = Change.objects.filter(ticket=row, kind=kind, after=after).order_by("-at").first()
    if last is not None and not row.messages.filter(created_at__gt=last.at).exists():
        return last, False
    made = Change.objects.create(ticket=row, at=now(), by_id=by.agent_id, kind=kind, after=after)
    live.touch("ticket", row.id)
    return made, True
