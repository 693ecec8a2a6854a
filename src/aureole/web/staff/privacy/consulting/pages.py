"""The register of prior consultations, one of them with its clock, and a new entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from aureole.privacy.consulting.actions.record_consultation import record_consultation
from aureole.privacy.consulting.register import (
    Line,
    clock_of,
    consultation_numbered,
    consultations,
    line_of,
)
from aureole.privacy.models import Consultation, ConsultationEnd
from aureole.privacy.rights.place import today
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.privacy.consulting.doings import DOINGS
from aureole.web.staff.privacy.consulting.forms import Record
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.ui.ages import say_whole_day
from aureole.web.ui.protection import Fact
from aureole.web.ui.strip import Strip, lay_out_strip

PAGE = 50
SOON_DAYS = 7


@require_safe
def show_consultations(request: HttpRequest) -> HttpResponse:
    """?show=ended for those that ended, the last first."""
    actor = actor_of(request)
    require(actor, "privacy.consult")
    ended = request.GET.get("show") == "ended"
    page = Paginator(consultations(ended=ended), PAGE).get_page(request.GET.get("page"))
    context = {
        "sentence": _sentence(), "page": page, "is_ended": ended, "query": request.GET.urlencode(),
        "rows": [_row(line_of(one)) for one in page.object_list],
    }  # fmt: skip
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/consulting/_list.html" if is_fragment else "privacy/consulting/list.html"
    return render(request, template, frame_context(actor, "consultations") | context)


def _sentence() -> str:
    lines = [line_of(one) for one in consultations()]
    if not lines:
        return _("The authority is asked about nothing now.")
    words = ngettext(
        "%(count)d consultation is open", "%(count)d consultations are open", len(lines)
    ) % {"count": len(lines)}  # fmt: skip
    waits, late = sum(line.is_waiting for line in lines), sum(line.days_left < 0 for line in lines)
    parts = [words]
    if waits:
        parts.append(ngettext("%(count)d waits for us", "%(count)d wait for us", waits) % {"count": waits})
    if late:
        parts.append(_("in %(count)d the authority’s time is over") % {"count": late})
    return f"{', '.join(parts)}."


def _row(line: Line) -> dict[str, Any]:
    shape, words = _say(line)
    return {"one": line.consultation, "due": line.due_on, "shape": shape, "words": words}


def _say(line: Line) -> tuple[str, str]:
    """Shape and words of where it stands."""
    one, left = line.consultation, line.days_left
    if one.ended_on is not None:
        return "done", str(ConsultationEnd(one.end).label)
    if line.is_waiting:
        return "wait", _("it waits for us")
    if left < 0:
        return "late", _("its time is over")
    words = ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
    return ("soon" if left <= SOON_DAYS else "open"), words


@require_safe
def show_consultation(request: HttpRequest, number: int) -> HttpResponse:
    require(actor_of(request), "privacy.consult")
    return show_page(request, consultation_numbered(number), refused={})


def show_page(
    request: HttpRequest, one: Consultation, *, refused: Mapping[str, forms.Form], status: int = 200
) -> HttpResponse:
    """The page, with the forms that were refused open and as they were typed."""
    actor, line = actor_of(request), line_of(one)
    context = {
        "one": one, "line": line, "facts": _facts(line), "strip": _strip(line), "waits": list(one.waits.all()),
        "words": _say(line)[1], "refused": bool(refused), "extend_until": clock_of(one).extend_until,
        "forms": {
            what: refused.get(what) or doing.form(auto_id=f"{what}-%s") for what, doing in DOINGS.items()
        },
    }  # fmt: skip
    return render(
        request,
        "privacy/consulting/consultation.html",
        frame_context(actor, "consultations") | context,
        status=status,
    )


def _strip(line: Line) -> Strip | None:
    if line.consultation.ended_on is not None:
        return None
    clock, now = clock_of(line.consultation), today()
    paused = {
        wait.since + timedelta(days=n)
        for wait in clock.pauses
        for n in range(((wait.until or now + timedelta(days=1)) - wait.since).days)
    }
    return lay_out_strip(
        start=line.consultation.received_on,
        due=line.due_on,
        today=now,
        paused=paused,
        is_extended=clock.extended,
    )


def _facts(line: Line) -> list[Fact]:
    one = line.consultation
    facts = [
        Fact(
            label=_("Law"),
            value=_("%(law)s Art. 36(2), %(weeks)d weeks") % {"law": one.law, "weeks": one.weeks},
        ),
        Fact(label=_("Sent"), value=say_whole_day(one.sent_on)),
        Fact(label=_("Received there"), value=say_whole_day(one.received_on)),
        Fact(label=_("Answer due"), value=say_whole_day(line.due_on)),
    ]
    if line.due_on_strict != line.due_on:
        facts.append(Fact(label=_("Without pauses"), value=say_whole_day(line.due_on_strict)))
    if one.extended_on is not None:
        value = _("said on %(day)s, %(weeks)d weeks more") % {
            "day": say_whole_day(one.extended_on),
            "weeks": one.extension_weeks,
        }
        facts.append(Fact(label=_("Extended"), value=value))
    if one.ended_on is not None:
        facts.append(
            Fact(label=_("Ended"), value=f"{say_whole_day(one.ended_on)}, {ConsultationEnd(one.end).label}")
        )
    return facts


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "privacy.consult")
    form = Record(request.POST or None)

    def show(status: int) -> HttpResponse:
        context = frame_context(actor, "consultations") | {"form": form}
        return render(request, "privacy/consulting/record.html", context, status=status)

    def act() -> HttpResponse:
        one = record_consultation(by=actor, **form.cleaned_data)
        return redirect("privacy:consultation", number=one.number)

    return act_on(form, act, show) if request.method == "POST" else show(200)
