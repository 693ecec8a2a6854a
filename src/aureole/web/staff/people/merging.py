"""Two records side by side, and what became of the question whether they are one person's."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aureole.kernel.errors import Refused
from aureole.people.actions.merge_persons import merge_persons
from aureole.people.actions.tell_apart import tell_apart
from aureole.people.actions.unmerge_persons import unmerge_persons
from aureole.people.merge_preview import preview_of
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.people.twins import note_twins, open_pairs
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import person_or_shell, persons_by_id
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.listing import search_people
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.people.side_by_side import compared, looking_alike

PAGE = 50


@require_safe
def show_twins(request: HttpRequest) -> HttpResponse:
    """Every open question, latest first; older ones by ?page=."""
    actor = actor_of(request)
    require(actor, "people.merge")
    pairs = list(open_pairs(actor)[: PAGE + 1])
    persons = persons_by_id(one for pair in pairs[:PAGE] for one in (pair.person_id, pair.other_id))
    rows = [
        {
            "one": pair.person_id, "other": pair.other_id, "why": pair.get_sign_display(),
            "strong": pair.is_strong, "name": shown_name(persons[pair.person_id]),
            "other_name": shown_name(persons[pair.other_id]), "reach": _reach(persons[pair.person_id]),
            "other_reach": _reach(persons[pair.other_id]),
        }
        for pair in pairs[:PAGE]
    ]  # fmt: skip
    context = {
        "nav_current": "people", "rows": rows, "sentence": _sentence(len(rows)), "is_more": len(pairs) > PAGE,
    }  # fmt: skip
    return render(request, "people/twins.html", context)


def _reach(person: Person) -> str:
    return next((str(i.shown) for i in person.identifiers.all()), "")


def _sentence(count: int) -> str:
    if not count:
        return _("No record looks like another one.")
    words = ngettext(
        "%(count)d pair of records may be one person.",
        "%(count)d pairs of records may be one person each.",
        count,
    )
    return words % {"count": count}


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """With which record: those that look like it, or any that is searched for. A search is a POST: names belong in
    no address."""
    actor = actor_of(request)
    require(actor, "people.merge")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    if not person.twins_sought:
        note_twins(person)
    words = request.POST.get("q", "").strip()[:200]
    found = [row for row in search_people(actor, words).rows if row.id != person.id] if words else []
    header = header_context(person, actor, tab="data")
    note_reading(person, actor, fields=len(header["ways"]))
    return render(
        request, "people/merge_choose.html", header | {"words": words, "found": found, "is_merging": True}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, person_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """The two side by side with what moves; a POST merges them. Looking at it is a reading of both."""
    actor = actor_of(request)
    require(actor, "people.merge")
    shell = person_or_shell(request, person_id)
    if isinstance(shell, HttpResponse):
        return shell
    if request.method == "POST":
        return _merge(request, person_id, other_id)
    return _side_by_side(request, person_id, other_id)


def _side_by_side(
    request: HttpRequest, person_id: uuid.UUID, other_id: uuid.UUID, refusal: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    preview = preview_of(stays=person_id, goes=other_id, by=actor)
    rows = compared(preview.stays, preview.goes)
    for person in (preview.stays, preview.goes):
        note_reading(person, actor, fields=len(rows))
    context: dict[str, Any] = {
        "nav_current": "people", "person_id": person_id, "other_id": other_id, "preview": preview, "rows": rows,
        "name": shown_name(preview.stays), "other_name": shown_name(preview.goes), "refusal": refusal,
        "twin": looking_alike(preview.stays, preview.goes),
    }  # fmt: skip
    return render(request, "people/merge.html", context, status=422 if refusal else 200)


def _merge(request: HttpRequest, person_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    picks = {
        name.removeprefix("pick-"): str(side)
        for name, side in request.POST.items()
        if name.startswith("pick-")
    }
    try:
        merge_persons(stays=person_id, goes=other_id, by=actor_of(request), picks=picks)
    except Refused as refusal:
        return _side_by_side(request, person_id, other_id, refusal.sentence)
    messages.success(request, _("One person now. For 30 days it can be undone from this record."))
    return redirect("people:record", person_id=person_id)


@require_POST
def keep_apart(request: HttpRequest, person_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """They are two: nobody is asked again."""
    actor = actor_of(request)
    require(actor, "people.merge")
    tell_apart(person_id=person_id, other_id=other_id, by=actor)
    messages.success(request, _("Two people. Nobody is asked about these two again."))
    if request.POST.get("back") == "twins":
        return redirect("people:twins")
    return redirect("people:record", person_id=person_id)


@require_POST
def take_apart(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Undo the merge in which this record ended."""
    actor = actor_of(request)
    require(actor, "people.merge")
    unmerge_persons(merged=person_id, by=actor)
    messages.success(request, _("Two people again. This is the record that had ended."))
    return redirect("people:record", person_id=person_id)
