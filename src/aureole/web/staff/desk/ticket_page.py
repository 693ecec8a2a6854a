"""One ticket: list, conversation, answer form, person. Its fragments live on the same address (?part=)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aureole.desk.brands import brands
from aureole.desk.models import Priority, Status, TicketType
from aureole.desk.queries import (
    OpenTicket,
    agents_by_id,
    drafts_of,
    open_conversation,
)
from aureole.desk.ticket_rows import earlier_tickets, subject_of
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.people.queries import shown_name
from aureole.staff.models import Agent
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.desk.asked_rights import proposals_context
from aureole.web.staff.desk.composing import answer_context, is_untouchable
from aureole.web.staff.desk.letters import thread_entries
from aureole.web.staff.desk.links import action_url, list_url, queue_of, ticket_url
from aureole.web.staff.desk.listing import list_context
from aureole.web.staff.desk.side import side_context
from aureole.web.staff.desk.stated_ages import ages_context
from aureole.web.staff.desk.words import PRIORITIES, SHAPES, TYPES, say_status


@require_safe
def show_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The whole page, or with ?part=thread what changes while others work on the same ticket."""
    opened = read_ticket(request, number)
    if request.headers.get("HX-Request") and request.GET.get("part") == "thread":
        return render(request, "desk/_refreshed_thread.html", refreshed_context(request, opened))
    return render(request, "desk/ticket.html", page_context(request, opened))


def read_ticket(request: HttpRequest, number: int) -> OpenTicket:
    """Open the conversation and note in the log that it was read: one entry per request."""
    actor = actor_of(request)
    require(actor, "desk.read")
    with transaction.atomic():
        opened = open_conversation(number, actor, all_messages=request.GET.get("all") == "1")
        record("desk.read", by=actor, person=opened.ticket.requester_id, messages=opened.message_count)
    return opened


def page_context(
    request: HttpRequest, opened: OpenTicket, *, error: str = "", warning: str = ""
) -> dict[str, Any]:
    """Everything the four columns show."""
    actor, queue = actor_of(request), queue_of(request)
    drafts = drafts_of(opened.ticket, actor)
    return {
        **list_context(request, current=opened.ticket.number),
        **conversation_context(request, opened),
        **answer_context(request, opened, actor, drafts, queue=queue, error=error, warning=warning),
        **side_context(opened, earlier_tickets(opened.ticket, actor), queue),
        "at_thread": True,
        "may_hold": opened.ticket.requester_id is not None and may(actor, "privacy.hold"),
    }


def refreshed_context(request: HttpRequest, opened: OpenTicket) -> dict[str, Any]:
    """What a live refresh replaces. While nothing is typed, what it shows counts as seen; else the answer
    is stopped once, so that words written before the new message are looked at again."""
    seen = None if drafts_of(opened.ticket, actor_of(request)) else opened.last_message_id
    return {**conversation_context(request, opened), "seen": seen}


def conversation_context(request: HttpRequest, opened: OpenTicket) -> dict[str, Any]:
    """Header and conversation."""
    actor, queue = actor_of(request), queue_of(request)
    agents, ticket = agents_by_id(), opened.ticket
    names = {key: _("you") if key == actor.agent_id else shown_name(a.person) for key, a in agents.items()}
    return {
        "ticket": ticket,
        "subject": subject_of(ticket),
        "requester_name": shown_name(opened.requester),
        "labels": opened.labels,
        "earlier_count": opened.earlier,
        "all_url": ticket_url(ticket.number, queue, all="1"),
        "entries": thread_entries(opened, me=actor.person_id, agents=names),
        "thread_url": ticket_url(
            ticket.number, queue, part="thread", all="1" if request.GET.get("all") else None
        ),
        "back_url": list_url(queue),
        "linked_url": ticket_url(ticket.linked_to.number, queue) if ticket.linked_to else "",
        "assigned": _assigned(ticket.assignee_id, names),
        "status_words": say_status(ticket.status),
        "status_shape": SHAPES[Status(ticket.status)],
        "priority_words": str(PRIORITIES[Priority(ticket.priority)])
        if ticket.priority != Priority.NORMAL
        else "",
        "type_words": str(TYPES[TicketType(ticket.type)]) if ticket.type != TicketType.QUESTION else "",
        **_actions(actor, opened, queue, list(agents.values())),
        **proposals_context(request, opened),
        **ages_context(request, opened),
    }


def _assigned(assignee: Any, names: dict[Any, str]) -> str:
    return _("with %(name)s") % {"name": names.get(assignee, _("somebody"))} if assignee else _("with nobody")


def _actions(actor: Actor, opened: OpenTicket, queue: str, agents: list[Agent]) -> dict[str, Any]:
    """Addresses of what the actor may do here; an empty one leaves its control out."""
    number, ticket = opened.ticket.number, opened.ticket
    workable = not is_untouchable(opened)
    may_change = workable and may(actor, "desk.change")
    offered = brands() if may_change else []
    choices = [(str(a.pk), shown_name(a.person)) for a in agents if a.is_active and a.pk != actor.agent_id]
    return {
        "assign_url": action_url("assign", number, queue) if workable and may(actor, "desk.assign") else "",
        "assign_choices": sorted(choices, key=lambda choice: choice[1].casefold()),
        "me_id": "" if ticket.assignee_id == actor.agent_id else str(actor.agent_id),
        "assignee_id": str(ticket.assignee_id or ""),
        "done_url": action_url("status", number, queue, "solved")
        if may_change and not ticket.is_done
        else "",
        "reopen_url": action_url("status", number, queue, "open")
        if may_change and ticket.status != "open"
        else "",
        "close_url": action_url("status", number, queue, "closed")
        if may_change and ticket.status != "closed"
        else "",
        "priority_url": action_url("priority", number, queue) if may_change else "",
        "priorities": [(p.value, str(words)) for p, words in PRIORITIES.items()],
        "type_url": action_url("type", number, queue) if may_change else "",
        "types": [(one.value, str(words)) for one, words in TYPES.items()],
        "brand_url": action_url("brand", number, queue) if may_change and (offered or ticket.brand) else "",
        "brands": [(str(brand.pk), brand.name) for brand in offered],
        "brand_id": str(ticket.brand_id or ""),
        "labels_url": action_url("labels", number, queue) if may_change else "",
    }
