"""The lists of the desk: which tickets each one holds, and how many, counted up to a cap."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aureole.desk.models import Direction, Message, Status, Ticket
from aureole.desk.models.ticket import UNFINISHED, TicketQuerySet
from aureole.kernel.actor import Actor
from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound

FIXED = ("mine", "unassigned", "open", "waiting", "solved", "closed")
COUNTED = FIXED[:4]
CAP = 1000
_CAP_TOGETHER = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueCount:
    """How many tickets a list holds. `count` is at most 1 000; `is_more` says that there are more.

    key   one of FIXED, "team:<uuid>", "brand:<uuid>" or "label:<uuid>"
    name  of the team, brand or label, "" for a fixed list
    """

    key: str
    name: str
    count: int
    is_more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskFigures:
    """The lists with their counts, and how many answers the actor gave since a moment."""

    queues: tuple[QueueCount, ...]
    answered: int

    def of(self, kind: str) -> list[QueueCount]:
        """The teams ("team"), the brands ("brand") or the labels ("label")."""
        return [queue for queue in self.queues if queue.key.startswith(f"{kind}:")]

    def named(self, key: str) -> QueueCount | None:
        return next((queue for queue in self.queues if queue.key == key), None)


def tickets_in(queue: str, actor: Actor) -> TicketQuerySet:
    """The tickets of a list that the actor may see. Raises NotFound for a list there is none of."""
    tickets: TicketQuerySet = Ticket.objects.visible_to(actor)
    if queue == "mine":
        return tickets.filter(assignee_id=actor.agent_id, status=Status.OPEN)
    if queue == "unassigned":
        return tickets.filter(assignee_id=None, status=Status.OPEN)
    if queue == "open":
        return tickets.filter(status__in=UNFINISHED)
    if queue in (Status.WAITING, Status.SOLVED, Status.CLOSED):
        return tickets.filter(status=queue)
    return _grouped(tickets, queue)


def queue_parts(queue: str) -> tuple[str, uuid.UUID | None]:
    """A fixed list and None, or "team", "brand" or "label" and its id. Raises NotFound for a list there is none of."""
    if queue in FIXED:
        return queue, None
    kind, _, name = queue.partition(":")
    try:
        return kind, uuid.UUID(name)
    except ValueError:
        raise _unknown() from None


def _grouped(tickets: TicketQuerySet, queue: str) -> TicketQuerySet:
    kind, row_id = queue_parts(queue)
    if row_id is None:
        raise _unknown()
    if kind == "team":
        return tickets.filter(team_id=row_id, status__in=UNFINISHED)
    if kind == "brand":
        return tickets.filter(brand_id=row_id, status__in=UNFINISHED)
    if kind == "label":
        return tickets.filter(tags=row_id, status__in=UNFINISHED)
    raise _unknown()


def _unknown() -> NotFound:
    return NotFound(
        "queue_unknown", "There is no such list. Nothing was changed; choose one of those on the left."
    )


def count_queues(actor: Actor, *, answered_since: datetime) -> DeskFigures:
    """All counts in one query. Fixed lists are counted to 1 000 each, teams, brands and labels over the
    2 000 unfinished tickets that moved last, so a desk of any size costs the same."""
    rows = _counts.rows(actor=actor, since=answered_since)
    together = next(n for kind, _, _, n in rows if kind == "together")
    queues = [_count(kind, row_id, name, n, together) for kind, row_id, name, n in rows]
    answered = next(n for kind, _, _, n in rows if kind == "answered")
    return DeskFigures(queues=tuple(queue for queue in queues if queue), answered=answered)


def _count(kind: str, row_id: uuid.UUID | None, name: str, n: int, together: int) -> QueueCount | None:
    if kind in COUNTED:
        return QueueCount(key=kind, name="", count=min(n, CAP), is_more=n > CAP)
    if kind in ("team", "brand", "label"):
        return QueueCount(key=f"{kind}:{row_id}", name=name, count=n, is_more=together > _CAP_TOGETHER)
    return None


def _build_counts(*, actor: Actor, since: datetime) -> tuple[str, list[Any]]:
    unfinished = (
        tickets_in("open", actor).order_by("-last_message_at", "-id").values("id", "team_id", "brand_id")
    )
    inner, values = unfinished[: _CAP_TOGETHER + 1].query.sql_with_params()
    pieces, params = [_TOGETHER], list(values)
    for queue in COUNTED:
        sql, found = tickets_in(queue, actor).values("id")[: CAP + 1].query.sql_with_params()
        pieces.append(f"SELECT %s, NULL::uuid, '', count(*) FROM ({sql}) AS counted")
        params += [queue, *found]
    answers, given = _answers(actor, since).query.sql_with_params()
    pieces.append(f"SELECT 'answered', NULL::uuid, '', count(*) FROM ({answers}) AS answers")
    return f"WITH unfinished AS ({inner}) {' UNION ALL '.join(pieces)}", [*params, *given]


_counts: Compiled[Ticket] = Compiled(_build_counts)


_TOGETHER = """
SELECT 'together', NULL::uuid, '', count(*) FROM unfinished
UNION ALL
(SELECT 'team', t.id, t.name, count(u.id) FROM staff_team t LEFT JOIN unfinished u ON u.team_id = t.id
 GROUP BY t.id ORDER BY t.name)
UNION ALL
(SELECT 'brand', b.id, b.name, count(u.id) FROM desk_brand b LEFT JOIN unfinished u ON u.brand_id = b.id
 WHERE b.removed_at IS NULL GROUP BY b.id ORDER BY b.name)
UNION ALL
(SELECT 'label', g.id, g.name, count(*) FROM unfinished u JOIN desk_ticket_tags x ON x.ticket_id = u.id
 JOIN desk_tag g ON g.id = x.tag_id GROUP BY g.id ORDER BY g.name)
"""


def _answers(actor: Actor, since: datetime) -> Any:
    answers = Message.objects.visible_to(actor).filter(author_id=actor.person_id, direction=Direction.OUT)
    return answers.filter(sent_at__gte=since).values("id")
