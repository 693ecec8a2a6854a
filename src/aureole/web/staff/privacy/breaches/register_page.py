"""The register of breaches, and a new entry in it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from aureole.kernel.clock import now
from aureole.privacy.breaches.actions.record_breach import record_breach
from aureole.privacy.breaches.notification import fields_of
from aureole.privacy.breaches.register import breaches, is_late, ticking
from aureole.privacy.models import Breach
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.downloads import as_csv_download
from aureole.web.staff.privacy.breaches import sayings
from aureole.web.staff.privacy.breaches.forms import Record
from aureole.web.staff.privacy.frame import frame_context

PAGE = 50
_COLUMNS = (
    "number", "law", "role", "noticed_at", "began_at", "ended_at", "due_at", "kinds", "facts", "persons", "categories",
    "effects", "measures", "risk", "risk_reason", "telling", "telling_reason", "delay_reason",
)  # fmt: skip


@require_safe
def show_breaches(request: HttpRequest) -> HttpResponse:
    """?show=closed for those that ended; ?form=csv is the whole register for an authority (GDPR Art. 33(5))."""
    actor = actor_of(request)
    require(actor, "privacy.breach")
    if request.GET.get("form") == "csv":
        return _as_csv()
    closed = request.GET.get("show") == "closed"
    page = Paginator(breaches(closed=closed), PAGE).get_page(request.GET.get("page"))
    context = {
        "sentence": _sentence(),
        "page": page,
        "rows": [_row(breach) for breach in page.object_list],
        "is_closed": closed,
        "query": request.GET.urlencode(),
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/breaches/_list.html" if is_fragment else "privacy/breaches/list.html"
    return render(request, template, frame_context(actor, "breaches") | context)


def _sentence() -> str:
    count, urgent = breaches().count(), ticking()
    if not count:
        return _("No breach is open.")
    words = ngettext("%(count)d breach is open", "%(count)d breaches are open", count) % {"count": count}
    late = sum(is_late(breach) for breach in urgent)
    if late:
        return _("%(open)s, %(late)d of them late.") % {"open": words, "late": late}
    if urgent:
        return _("%(open)s, %(count)d still to be reported.") % {"open": words, "count": len(urgent)}
    return f"{words}."


def _row(breach: Breach) -> dict[str, Any]:
    shape, words = sayings.say_clock(breach)
    return {"breach": breach, "kinds": sayings.say_kinds(breach), "shape": shape, "words": words}


def _as_csv() -> HttpResponse:
    told = (fields_of(breach) for breach in Breach.objects.order_by("number").iterator())
    rows = ([_cell(one[column]) for column in _COLUMNS] for one in told)
    return as_csv_download([_COLUMNS, *rows], "breaches.csv")


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "privacy.breach")
    form = Record(request.POST or None, initial={"noticed_at": localtime(now())})

    def show(status: int) -> HttpResponse:
        context = frame_context(actor, "breaches") | {"form": form}
        return render(request, "privacy/breaches/record.html", context, status=status)

    def act() -> HttpResponse:
        v = form.cleaned_data
        breach = record_breach(
            title=v["title"], facts=v["facts"], noticed_at=v["noticed_at"], began_at=v["began_at"],
            role=v["role"], by=actor, disclosed="disclosed" in v["kinds"], altered="altered" in v["kinds"],
            lost="lost" in v["kinds"],
        )  # fmt: skip
        return redirect("privacy:breach", number=breach.number)

    return act_on(form, act, show) if request.method == "POST" else show(200)
