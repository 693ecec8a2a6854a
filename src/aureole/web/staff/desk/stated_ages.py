"""Mails whose writer says that they are a child: a line on the ticket, and noted only when somebody presses it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aureole.desk.actions.dismiss_age import dismiss_age
from aureole.desk.models import ChangeKind, Direction
from aureole.desk.queries import OpenTicket, ThreadChange, find_ticket, message_for
from aureole.kernel.errors import Refused
from aureole.people.actions.mark_child import mark_child
from aureole.people.children import age_here
from aureole.people.models import Childhood, Person
from aureole.people.queries import person_for
from aureole.people.stated_age import StatedAge, age_stated_in
from aureole.privacy.rights.place import day_of, today
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.desk.asked_rights import from_customers, message_id_in
from aureole.web.staff.desk.links import action_url, queue_of, ticket_url


@dataclass(frozen=True, slots=True)
class Child:
    """The message, whose it is, and the words in it."""

    message_id: uuid.UUID
    person_id: uuid.UUID
    who: str
    words: str


def ages_context(request: HttpRequest, opened: OpenTicket) -> dict[str, object]:
    """Who says that they are a child and is not known as one. One query where anybody does, none else."""
    number, queue = opened.ticket.number, queue_of(request)
    return {
        "children": _children(opened) if may(actor_of(request), "people.correct") else [],
        "age": age_here(today()),
        "note_age_url": action_url("age", number, queue),
        "no_child_url": action_url("no_child", number, queue),
    }


def _children(opened: OpenTicket) -> list[Child]:
    """The last such message of each."""
    dismissed = max((c.at for c in opened.items if _is_dismissal(c)), default=None)
    found: dict[uuid.UUID, Child] = {}
    for message in from_customers(opened):
        stated = _said_in(message.own, day_of(message.at))
        if stated is not None and message.author_id and (dismissed is None or message.at > dismissed):
            found[message.author_id] = Child(message.id, message.author_id, message.who or "", stated.words)
    if not found:
        return []
    rows = Person.objects.filter(pk__in=found, childhood=Childhood.NONE)
    unknown = set(rows.values_list("pk", flat=True))
    return [child for child in found.values() if child.person_id in unknown]


def _is_dismissal(item: object) -> bool:
    return isinstance(item, ThreadChange) and item.kind == ChangeKind.NOT_CHILD


def _said_in(own: str, written: date) -> StatedAge | None:
    """Where a child writes."""
    stated = age_stated_in(own, written)
    return stated if stated is not None and stated.is_below(written) else None


@require_POST
def note_age(request: HttpRequest, number: int) -> HttpResponse:
    """Note what a message says of its writer: the date of birth, else that they are below the age."""
    actor = actor_of(request)
    require(actor, "people.correct")
    message = message_for(actor, number=number, message_id=message_id_in(request.POST.get("message", "")))
    stated = _said_in(message.own_words, day_of(message.sent_at))
    if stated is None or message.direction != Direction.IN or message.author_id is None:
        raise Refused("age_not_stated", "That message does not say that a child writes. Nothing was noted.")
    person = person_for(actor, message.author_id)
    mark_child(person=person, born=stated.born, known=not stated.born, by=actor)
    messages.success(request, _("Noted: a child, and nobody has answered for them yet."))
    return redirect(ticket_url(number, queue_of(request)))


@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """The mail says no such thing: the line goes, and the conversation says who said so."""
    actor = actor_of(request)
    require(actor, "people.correct")
    dismiss_age(ticket=find_ticket(number, actor), by=actor)
    messages.success(request, _("Noted that no child writes here. A later mail is looked at anew."))
    return redirect(ticket_url(number, queue_of(request)))
