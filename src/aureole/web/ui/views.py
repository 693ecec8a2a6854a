"""The page of all components, and the reader's choice of look."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from aureole.web.ui import samples
from aureole.web.ui.templatetags.ui import LOOKS

YEAR = 365 * 24 * 3600
FRAMES = frozenset({"desk", "thread", "record", "plan", "sign-in", "error"})


@require_GET
def show_sheet(request: HttpRequest) -> HttpResponse:
    """Every component in every state; only while developing, or where AUREOLE_UI_PAGE is on."""
    _require_open()
    return render(request, "ui/sheet.html", samples.sheet())


@require_GET
def show_frame(request: HttpRequest, name: str) -> HttpResponse:
    """One whole frame with sample content: desk, thread, record, plan, sign-in, error."""
    _require_open()
    if name not in FRAMES:
        raise Http404
    return render(request, f"ui/sheet/frame_{name.replace('-', '_')}.html", samples.frame(name))


@require_POST
def find_sample(request: HttpRequest) -> HttpResponse:
    """The finder's answers on the page of components."""
    _require_open()
    return render(request, "ui/components/finder/results.html", samples.finder(request.POST.get("q", "")))


@require_POST
def choose_look(request: HttpRequest) -> HttpResponse:
    """Remember light or dark and the height of rows, in cookies of this device, and go back."""
    response = HttpResponseRedirect(_came_from(request))
    for name, known in LOOKS.items():
        value = request.POST.get(name)
        if value is None:
            continue
        if value in known:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        else:
            response.delete_cookie(name, samesite="Lax")
    return response


def _came_from(request: HttpRequest) -> str:
    # From the form, not from Referer: a reader may have switched that off.
    origin = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(origin, allowed_hosts={request.get_host()})
    return origin if ours else "/"


def _require_open() -> None:
    if not (settings.DEBUG or getattr(settings, "AUREOLE_UI_PAGE", False)):
        raise Http404
