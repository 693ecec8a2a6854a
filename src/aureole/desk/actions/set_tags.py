from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aureole.desk.models import Change, ChangeKind, Tag, Ticket
from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line
from aureole.ledger.record import record
from aureole.people.restriction import refuse_work
from aureole.staff.permissions import require

_MAX = 40


def set_tags(*, ticket: Ticket, tags: Sequence[str], by: Actor, at: datetime | None = None) -> Ticket:
    """Make these the ticket's labels; unknown ones are created. Raises Refused for one that is too long.

    Labels are shared words of the desk, not a place for names.
    """
    require(by, "desk.change")
    names = sorted({one_line(tag).casefold() for tag in tags} - {""})
    if any(len(name) > _MAX or "@" in name for name in names):
        raise Refused(
            "tag_unusable",
            f"A label has at most {_MAX} characters and no address in it; nothing was changed.",
        )
    with transaction.atomic():
        refuse_work(ticket.requester_id)
        Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
        ticket.tags.set(Tag.objects.filter(name__in=names))
        moment = at or now()
        Change.objects.create(ticket=ticket, at=moment, by_id=by.agent_id, kind=ChangeKind.TAGS)
        record("desk.tagged", by=by, person=ticket.requester_id, tags=len(names))
        live.touch("ticket", ticket.id)
    return ticket
