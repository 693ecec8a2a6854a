"""The box that finds or does anything, and the same as a page.

What is typed travels in the body of a POST: a name in an address would stay in histories and logs.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aureole.kernel.errors import Refused
from aureole.search.find import find
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.finder.options import hit_option, named_people, places, put_together, tickets_once

_IN_BOX = 8
_ON_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def show_finder(request: HttpRequest) -> HttpResponse:
    """htmx and the palette get the list of results, everybody else the page."""
    require(actor_of(request), "desk.read")
    words = request.POST.get("q", "").strip()
    in_box = request.method == "POST" and bool(request.headers.get("HX-Request"))
    try:
        context = _results(request, words, _IN_BOX if in_box else _ON_PAGE)
    except Refused as refusal:
        context = {"groups": [], "refusal": refusal.sentence}
    if in_box:
        return render(request, "finder/_results.html", context)
    return render(request, "finder/finder.html", {**context, "words": words, "nav_current": ""})


def _results(request: HttpRequest, words: str, limit: int) -> dict[str, Any]:
    actor = actor_of(request)
    cursor = request.POST.get("cursor") or None
    people = named_people(words, actor) if words and not cursor else []
    page = (
        find(words, actor=actor, kinds=("ticket", "message"), limit=limit, cursor=cursor) if words else None
    )
    matters = [hit_option(hit) for hit in tickets_once(page.hits)] if page else []
    doings = places(words, actor) if not cursor else []
    return {"groups": put_together(people, matters, doings), "next": page.next if page else None}
