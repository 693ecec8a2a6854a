"""The list of tickets: where the day begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from aureole.kernel.ids import number_in
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.desk.listing import list_context


@require_http_methods(["GET", "HEAD", "POST"])
def show_list(request: HttpRequest) -> HttpResponse:
    """One list (?view=), older pages by ?after=. POST searches within it: no person's words in an address."""
    require(actor_of(request), "desk.read")
    words = request.POST.get("q", "").strip()
    context = list_context(request, words=words, current=number_in(request.GET.get("at", "")))
    if request.headers.get("HX-Request") and request.GET.get("part") == "list":
        return render(request, "desk/_refreshed_list.html", context)
    return render(request, "desk/list.html", context)
