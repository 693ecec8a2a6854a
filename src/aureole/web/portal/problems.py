"""What goes wrong before or outside of a view, said to whoever uses the portal: in their language, with a way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse

from aureole.web.portal.language import language_of, texts
from aureole.web.portal.page import render_page
from aureole.web.request_id import request_id

_WRITTEN = ("right", "words", "address", "answer", "code")


def is_of_portal(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("portal:root"))


def problem_page(request: HttpRequest, *, status: int) -> HttpResponse:
    """By its status. What was typed stands on it: whoever comes back with a form that counts no more loses nothing. It
    is kept nowhere, and the answer says `no-store`; what the page of somebody else sent stands on none of ours.

    Nothing is read from the database for a fault of ours: it may be what is away.
    """
    words = texts(language_of(request))["problems"]
    was_typed = status == 403 and _is_from_here(request)
    typed = [request.POST[name] for name in _WRITTEN if request.POST.get(name)] if was_typed else []
    context = {
        "sentence": words.get(str(status), words["500" if status >= 500 else "404"]),
        "typed": typed, "again": _again(request) if typed else "",
        "reference": words["reference"].format(reference=request_id()) if status >= 500 else "",
    }  # fmt: skip
    return render_page(request, "portal/problem.html", context, status=status, under_brand=status < 500)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the form stood on a page of ours: else anybody could have our pages say their words to a visitor."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _again(request: HttpRequest) -> str:
    """The page the form stands on."""
    try:
        request_id = resolve(request.path).kwargs.get("request_id")
    except Resolver404:
        return reverse("portal:home")
    return reverse("portal:request", args=[request_id]) if request_id else request.path
