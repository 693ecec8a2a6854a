"""The list of people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from aureole.people.models import Person
from aureole.people.noting import note_list
from aureole.people.twins import open_pairs
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.people.listing import PeoplePage, list_people, search_people


@require_http_methods(["GET", "HEAD", "POST"])
def show_list(request: HttpRequest) -> HttpResponse:
    """Newest first, older ones by ?after=. A search is a POST: names belong in no address, so in no log."""
    actor = actor_of(request)
    require(actor, "people.read")
    words = request.POST.get("q", "").strip()[:200]
    page = search_people(actor, words) if words else list_people(actor, after=request.GET.get("after"))
    note_list(actor, len(page.rows))
    is_fragment = bool(request.headers.get("HX-Request")) and request.method == "POST"
    context = {
        "nav_current": "people",
        "page": page,
        "words": words,
        "sentence": _sentence(request, page, words),
        "may_merge": may(actor, "people.merge"),
        "twins_open": 0 if is_fragment else open_pairs(actor).count(),
    }
    return render(request, "people/_list.html" if is_fragment else "people/list.html", context)


def _sentence(request: HttpRequest, page: PeoplePage, words: str) -> str:
    if words:
        found = len(page.rows)
        return ngettext("%(count)d person fits.", "%(count)d people fit.", found) % {"count": found}
    total = Person.objects.visible_to(actor_of(request)).count()
    people = ngettext("%(count)s person", "%(count)s people", total) % {"count": f"{total:,}"}
    return _("%(people)s, newest first. Each is sealed under keys of their own.") % {"people": people}
