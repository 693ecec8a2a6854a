"""A person's record. Each look at it is one entry of the log, which the person may see."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.cursor import read_number
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.people import data_rows
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.log_lines import log_page
from aureole.web.staff.people.timeline import timeline_page
from aureole.web.staff.people.why import provenance_of


def note_reading(person: Person, actor: Actor, fields: int) -> None:
    """One entry per request, not per field."""
    with transaction.atomic():
        record("people.read", by=actor, person=person.id, fields=fields)


@require_safe
def show_data(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Every field with where it came from, what for, and until when."""
    return _data(request, person_id, shown="")


def _data(request: HttpRequest, person_id: uuid.UUID, *, shown: str) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "people.read")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    groups = data_rows.everything_about(person)
    note_reading(person, actor, fields=sum(len(group.things) for group in groups))
    thing = data_rows.thing_of(groups, request.GET.get("seal", ""))
    opened = {thing.key: provenance_of(thing, person.id, actor)} if thing else {}
    header = header_context(person, actor, tab="data")
    context = {
        "sentence": data_rows.opening_sentence(groups, header["first_name"]),
        "groups": data_rows.data_groups(groups, person.id, shown=shown, opened=opened),
    }
    return render(request, "people/data.html", header | context)


@require_safe
def show_timeline(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Their tickets and messages, newest first; older ones by ?after=."""
    actor = actor_of(request)
    require(actor, "people.read")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    page = timeline_page(person, actor, after=request.GET.get("after"))
    header = header_context(person, actor, tab="record")
    note_reading(person, actor, fields=page.count + len(header["ways"]) + 1)
    context = {"page": page, "is_first": "after" not in request.GET}
    return render(request, "people/timeline.html", header | context)


@require_safe
def show_log(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Who did what about this person, and who looked."""
    actor = actor_of(request)
    require(actor, "people.read")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    below = read_number(request.GET.get("below", ""))
    header = header_context(person, actor, tab="log")
    page = log_page(person.id, header["name"], below=below)
    note_reading(person, actor, fields=len(header["ways"]) + 1)
    return render(request, "people/log.html", header | {"page": page, "is_first": below is None})


@require_safe
def show_why(request: HttpRequest, person_id: uuid.UUID, key: str) -> HttpResponse:
    """What opens behind one seal; as a page of its own, the record with that seal open. Shows no value."""
    actor = actor_of(request)
    require(actor, "people.read")
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('people:data', args=[person_id])}?{urlencode({'seal': key})}")
    person, thing = _thing(request, person_id, key)
    return render(
        request,
        "ui/components/provenance/provenance.html",
        {"provenance": provenance_of(thing, person.id, actor)},
    )


@require_POST
def show_value(request: HttpRequest, person_id: uuid.UUID, key: str) -> HttpResponse:
    """Unmask one value. It is asked for on purpose and never by a link, with what it is needed for: the person
    reads that in the log they get."""
    actor = actor_of(request)
    require(actor, "people.read")
    person, thing = _thing(request, person_id, key)
    if not thing.masked:
        raise Refused(
            "field_not_hidden", "This value is not hidden: it stands in the record. Reload the page."
        )
    why = request.POST.get("why", "")
    if why not in data_rows.SHOW_REASONS:
        raise Refused("show_without_reason", "Say what you need the value for. It stays hidden until then.")
    with transaction.atomic():
        record("people.shown", by=actor, person=person.id, value=thing.hidden_as, reason=why)
    if not request.headers.get("HX-Request"):
        return _data(request, person_id, shown=key)
    return render(request, "people/_value.html", {"value": thing.value})


def _thing(request: HttpRequest, person_id: uuid.UUID, key: str) -> tuple[Person, data_rows.Held]:
    person = person_or_shell(request, person_id)
    thing = (
        None
        if isinstance(person, HttpResponse)
        else data_rows.thing_of(data_rows.everything_about(person), key)
    )
    if thing is None or isinstance(person, HttpResponse):
        raise NotFound(
            "field_not_found", "This is no longer held about the person. Reload the page to see what is."
        )
    return person, thing
