"""The box that finds or does anything, and the page of results with its filters.

What is typed travels in the body of a POST: a name in an address would stay in histories and logs.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.search.find import Page, find
from aureole.search.noting import note_shown
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.finder.asking import Asking
from aureole.web.staff.finder.options import (
    all_results,
    hit_option,
    named_people,
    places,
    put_together,
    result_lines,
    say_count,
    tickets_once,
)

_IN_BOX = 8
_ON_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def show_finder(request: HttpRequest) -> HttpResponse:
    """The palette gets a list of options, htmx the results alone, everybody else the page."""
    require(actor_of(request), "desk.read")
    part = request.headers.get("HX-Target", "palette") if request.headers.get("HX-Request") else ""
    if part == "palette" and request.method == "POST":
        return render(request, "finder/_options.html", _options(request))
    template = "finder/_results.html" if part == "results" else "finder/finder.html"
    return render(request, template, _results(request))


def _options(request: HttpRequest) -> dict[str, Any]:
    """What the box shows while somebody types."""
    actor, words = actor_of(request), request.POST.get("q", "").strip()
    try:
        people = named_people(words, actor) if words else []
        hits = find(words, actor=actor, kinds=("ticket", "message"), limit=_IN_BOX).hits if words else ()
    except Refused as refusal:
        return {"groups": [], "refusal": refusal.sentence}
    shown = tickets_once(hits)
    note_shown(shown, by=actor)
    matters = [hit_option(hit) for hit in shown]
    more = [all_results()] if hits else []
    return {"groups": put_together(people, matters, [*more, *places(words, actor)])}


def _results(request: HttpRequest) -> dict[str, Any]:
    """The page. Everything asked for stays in the form, also when it cannot be answered."""
    actor, cursor = actor_of(request), request.POST.get("cursor") or None
    asking = Asking(request.POST or {})
    context: dict[str, Any] = {"asking": asking, "nav_current": "", "goes_on": bool(cursor)}
    if not asking.is_valid():
        return context
    if not asking.words:
        return {**context, "groups": put_together([], [], places("", actor))}
    try:
        page = _find(asking, actor, cursor)
    except Refused as refusal:
        return {**context, "refusal": refusal.sentence}
    note_shown(page.hits, by=actor)
    people = named_people(asking.words, actor) if not cursor and not asking.is_narrowed else []
    return {
        **context,
        "groups": put_together(people, [], []),
        "lines": result_lines(page.hits),
        "sentence": say_count(page),
        "too_common": page.too_common,
        "next": page.next,
    }


def _find(asking: Asking, actor: Actor, cursor: str | None) -> Page:
    if "person" in asking.kinds:
        require(actor, "people.read")
    return find(
        asking.words, actor=actor, kinds=asking.kinds, filters=asking.filters, limit=_ON_PAGE, cursor=cursor
    )
