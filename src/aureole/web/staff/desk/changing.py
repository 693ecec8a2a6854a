"""Small changes: to whom a ticket belongs, its status, type, priority and labels. One form each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aureole.desk.actions.assign_ticket import assign_ticket
from aureole.desk.actions.set_brand import set_brand
from aureole.desk.actions.set_priority import set_priority
from aureole.desk.actions.set_status import set_status
from aureole.desk.actions.set_tags import set_tags
from aureole.desk.actions.set_type import set_type
from aureole.desk.models import Brand, Ticket
from aureole.desk.queries import find_ticket, open_conversation
from aureole.kernel.errors import NotFound
from aureole.kernel.ids import id_in
from aureole.staff.models import Agent
from aureole.web.actor import actor_of
from aureole.web.staff.desk.links import action_url, queue_of, ticket_url
from aureole.web.staff.desk.ticket_page import conversation_context
from aureole.web.staff.desk.words import say_status


@require_POST
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """To the agent named by `assignee`, to nobody when it is empty."""
    ticket = find_ticket(number, actor_of(request))
    assign_ticket(ticket=ticket, assignee=_agent(request.POST.get("assignee", "")), by=actor_of(request))
    return _changed(request, ticket)


def _agent(account: str) -> Agent | None:
    if not account:
        return None
    found = (
        Agent.objects.filter(pk=account).first() if len(account) == 36 and account.count("-") == 4 else None
    )
    if found is None:
        raise NotFound(
            "agent_not_found", "There is no such account; nothing was changed. Choose another agent."
        )
    return found


@require_POST
def set_to(request: HttpRequest, number: int, status: str) -> HttpResponse:
    """To the status in the address; what it was before is offered as the way back."""
    ticket = find_ticket(number, actor_of(request))
    before = ticket.status
    set_status(ticket=ticket, status=status, by=actor_of(request))
    undo = action_url("status", number, queue_of(request), before) if before != status else ""
    return _changed(request, ticket, said=say_status(status), undo=undo)


@require_POST
def prioritise(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find_ticket(number, actor_of(request))
    set_priority(ticket=ticket, priority=request.POST.get("priority", ""), by=actor_of(request))
    return _changed(request, ticket)


@require_POST
def set_type_to(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find_ticket(number, actor_of(request))
    set_type(ticket=ticket, type=request.POST.get("type", ""), by=actor_of(request))
    return _changed(request, ticket)


@require_POST
def brand(request: HttpRequest, number: int) -> HttpResponse:
    """To the brand named by `brand`, to none when it is empty."""
    ticket = find_ticket(number, actor_of(request))
    set_brand(ticket=ticket, brand=_brand(request.POST.get("brand", "")), by=actor_of(request))
    return _changed(request, ticket)


def _brand(chosen: str) -> Brand | None:
    if not chosen:
        return None
    brand_id = id_in(chosen)
    found = Brand.objects.filter(pk=brand_id).first() if brand_id else None
    if found is None:
        raise NotFound("brand_not_found", "There is no such brand; nothing was changed. Choose another one.")
    return found


@require_POST
def label(request: HttpRequest, number: int) -> HttpResponse:
    """Labels as typed, with commas between them."""
    ticket = find_ticket(number, actor_of(request))
    set_tags(ticket=ticket, tags=request.POST.get("labels", "").split(","), by=actor_of(request))
    return _changed(request, ticket)


def _changed(request: HttpRequest, ticket: Ticket, *, said: str = "", undo: str = "") -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(ticket_url(ticket.number, queue_of(request)))
    opened = open_conversation(ticket.number, actor_of(request))
    context: dict[str, Any] = conversation_context(request, opened)
    context |= {
        "said": _("Set to “%(status)s”.") % {"status": said.lower()} if said else "",
        "undo_url": undo,
    }
    return render(request, "desk/_changed.html", context)
