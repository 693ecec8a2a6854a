"""Mails that read like the exercise of a right: a line on the ticket, and a request only when somebody presses it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aureole.desk.actions.dismiss_right import dismiss_right
from aureole.desk.models import ChangeKind, Direction, MessageKind
from aureole.desk.queries import OpenTicket, ThreadChange, ThreadMessage, find_ticket, message_for
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.ids import id_in
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.actions.open_request import open_request
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.recognising import Asked, rights_asked_in
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.desk.links import action_url, queue_of, ticket_url


@dataclass(frozen=True, slots=True)
class Proposal:
    """A right that a message seems to exercise; `number` is of the request that was opened from it, 0 for none."""

    message_id: uuid.UUID
    kind: str
    words: str
    article: str
    number: int


def proposals(opened: OpenTicket, actor: Actor) -> list[Proposal]:
    """What the customers' messages of this conversation ask for. One query where any does, none else."""
    if not may(actor, "rights.open"):
        return []
    found = [(m, asked) for m in from_customers(opened) for asked in rights_asked_in(m.own)]
    found = [(m, asked) for m, asked in found if not _was_dismissed(opened, m, asked.kind)]
    known = _requests_of([m.author_id for m, _asked in found if m.author_id])
    shown = (_proposal(m, asked, known) for m, asked in found)
    return [proposal for proposal in shown if proposal is not None]


def _was_dismissed(opened: OpenTicket, message: ThreadMessage, right: str) -> bool:
    return any(
        item.kind == ChangeKind.NOT_ASKED and item.after == right and item.at >= message.at
        for item in opened.items
        if isinstance(item, ThreadChange)
    )


def from_customers(opened: OpenTicket) -> list[ThreadMessage]:
    """What customers wrote in this conversation, as far as it is shown and its writers are still here."""
    return [
        item
        for item in opened.items
        if isinstance(item, ThreadMessage)
        and item.direction == Direction.IN
        and item.kind == MessageKind.PUBLIC
        and item.author_id is not None
    ]


def _requests_of(person_ids: Sequence[uuid.UUID]) -> list[RightsRequest]:
    rows = RightsRequest.objects.filter(person_id__in=person_ids).defer("words", "contact", "correction")
    return list(rows.order_by("number")) if person_ids else []


def _proposal(message: ThreadMessage, asked: Asked, known: Sequence[RightsRequest]) -> Proposal | None:
    """None once the person has a request of that kind that is open, or that came in after this mail."""
    same = [r for r in known if r.person_id == message.author_id and r.kind == asked.kind]
    opened = next((r for r in same if r.received_at == message.at and r.channel == "email"), None)
    if opened is None and any(r.is_open or r.received_at >= message.at for r in same):
        return None
    right = RIGHTS[asked.kind]
    return Proposal(message.id, asked.kind, right.words, right.article, opened.number if opened else 0)


@require_POST
def open_from_mail(request: HttpRequest, number: int) -> HttpResponse:
    """Open the request a message asks for. Its clock starts on the day the mail arrived, not today."""
    actor = actor_of(request)
    require(actor, "rights.open")
    message = message_for(actor, number=number, message_id=message_id_in(request.POST.get("message", "")))
    asked = next((a for a in rights_asked_in(message.own_words) if a.kind == request.POST.get("kind")), None)
    if asked is None or message.direction != Direction.IN or message.author_id is None:
        raise Refused("request_not_asked", "That message asks for no such thing. Nothing was opened.")
    made = open_request(
        kind=asked.kind, by=actor, channel="email", person_id=message.author_id, words=message.own_words,
        language=asked.language, received_at=message.sent_at,
    )  # fmt: skip
    messages.success(request, _("Request no. %(number)s is open.") % {"number": made.number})
    return redirect(ticket_url(number, queue_of(request)))


@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """The mail asks for no such thing: the line goes, and the conversation says who said so."""
    actor = actor_of(request)
    require(actor, "rights.open")
    right = request.POST.get("kind", "")
    if right not in RIGHTS:
        raise Refused("request_not_asked", "That is no right we know. Nothing was changed.")
    dismiss_right(ticket=find_ticket(number, actor), right=right, by=actor)
    messages.success(request, _("Noted that this is no request. A later mail is looked at anew."))
    return redirect(ticket_url(number, queue_of(request)))


def message_id_in(text: str) -> uuid.UUID:
    """As a form gives it. Raises Refused."""
    found = id_in(text)
    if found is None:
        raise Refused("message_unknown", "There is no such message here. Nothing was changed.")
    return found


def proposals_context(request: HttpRequest, opened: OpenTicket) -> dict[str, object]:
    return {
        "proposals": proposals(opened, actor_of(request)),
        "open_request_url": action_url("rights", opened.ticket.number, queue_of(request)),
        "dismiss_url": action_url("no_request", opened.ticket.number, queue_of(request)),
        "may_read_requests": may(actor_of(request), "rights.read"),
    }
