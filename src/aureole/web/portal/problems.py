"""What goes wrong before or outside of a view, said to whoever uses the portal: in their language, with a way on."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aureole.web.portal.language import language_of, texts
from aureole.web.portal.page import render_page
from aureole.web.request_id import request_id

_PORTAL = "/portal/"
_REQUEST = re.compile(r"/portal/privacy/requests/([0-9a-f-]{36})/")
_WRITTEN = ("right", "words", "address", "answer", "code")


def is_of_portal(request: HttpRequest) -> bool:
    return request.path.startswith(_PORTAL)


def problem_page(request: HttpRequest, *, status: int) -> HttpResponse:
    """By its status. What was typed stands on it: whoever comes back with a form that counts no more loses nothing.

    Nothing is read from the database for a fault of ours: it may be what is away.
    """
    words = texts(language_of(request))["problems"]
    typed = [request.POST[name] for name in _WRITTEN if request.POST.get(name)] if status == 403 else []
    context = {
        "sentence": words.get(str(status), words["500" if status >= 500 else "404"]),
        "typed": typed, "again": _again(request) if typed else "",
        "reference": words["reference"].format(reference=request_id()) if status >= 500 else "",
    }  # fmt: skip
    return render_page(request, "portal/problem.html", context, status=status, under_brand=status < 500)


def _again(request: HttpRequest) -> str:
    """The page the form stands on."""
    found = _REQUEST.match(request.path)
    return reverse("portal:request", args=[found[1]]) if found else request.path
