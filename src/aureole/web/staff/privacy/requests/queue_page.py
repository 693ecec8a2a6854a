"""The console: what is due, in a sentence and by urgency."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from aureole.privacy.breaches.register import ticking
from aureole.privacy.rights.queue import Line, closed_requests, requests
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_csv_download
from aureole.web.staff.privacy.breaches.sayings import say_band
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.requests import sayings
from aureole.web.staff.privacy.requests.morning import morning_context
from aureole.web.staff.privacy.requests.queue_rows import queue_rows, runs_a_pause
from aureole.web.staff.privacy.requests.trying import trying_context
from aureole.web.ui.strip import Strip

MOST_CLOSED = 100
_GROUPS = (
    ("overdue", "late", _l("Overdue")),
    ("this_week", "week", _l("This week")),
    ("later", "later", _l("Later")),
)
_SHOWN = (("open", _l("Open")), ("mine", _l("Mine")), ("closed", _l("Closed")))
_LEGEND = (
    (Strip(cells=("gone",) * 4, today=None), _l("days gone")),
    (Strip(cells=("left",) * 2, today=None), _l("left")),
    (Strip(cells=("soon",) * 2, today=None), _l("last five")),
    (Strip(cells=("paused",) * 2, today=None), _l("paused, waiting for the person")),
    (Strip(cells=(), today=None, is_extended=True), _l("extended by two months, person told")),
)


@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    """?show=open, mine or closed. Who may not read requests is led to what they may do here."""
    actor = actor_of(request)
    if not may(actor, "rights.read"):
        return redirect("privacy:open_request" if may(actor, "rights.open") else "privacy:map")
    shown = request.GET.get("show", "")
    shown = shown if shown in dict(_SHOWN) else "open"
    every = requests()
    lines = _chosen(every, shown, actor.agent_id)
    context = {
        **morning_context(every),
        "shown": [(key, words, key == shown) for key, words in _SHOWN],
        "show": shown,
        "groups": _groups(lines, shown),
        "legend": _LEGEND,
        "may_open": may(actor, "rights.open"),
    }
    context["breaches"] = [(breach.number, breach.title, say_band(breach)) for breach in ticking()]
    if not every and shown == "open":
        context |= trying_context()
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/requests/_queue.html" if is_fragment else "privacy/requests/queue.html"
    return render(request, template, frame_context(actor, "home") | context)


def _chosen(every: list[Line], shown: str, agent_id: uuid.UUID | None) -> list[Line]:
    if shown == "closed":
        return closed_requests(most=MOST_CLOSED)
    return [line for line in every if shown == "open" or line.request.owner_id == agent_id]


def _groups(lines: Sequence[Line], shown: str) -> list[dict[str, Any]]:
    rows = list(zip(lines, queue_rows(lines), strict=True))
    headed = (("closed", "closed", _("Closed, newest first")),) if shown == "closed" else _GROUPS
    groups = [
        {"id": name, "heading": heading, "rows": [row for line, row in rows if line.urgency == urgency]}
        for urgency, name, heading in headed
    ]
    return [group | {"rest": len(group["rows"])} for group in groups if group["rows"]]


@require_safe
def download_queue(request: HttpRequest) -> HttpResponse:
    """Every open request as CSV, for a meeting or another program: numbers, codes and days, no name and no words."""
    require(actor_of(request), "rights.read")
    rows: list[tuple[Any, ...]] = [
        ("number", "kind", "state", "stage", "received", "due", "due_without_pauses", "days_left", "urgency",
         "extended", "paused", "has_owner")
    ]  # fmt: skip
    for line in requests():
        one = line.request
        rows.append(
            (one.number, one.kind, one.state, sayings.say_stage(one)[1], str(one.received_on), str(line.due_on),
             str(line.due_on_strict), line.days_left, line.urgency, _yes(one.extended_at is not None),
             _yes(runs_a_pause(one)), _yes(one.owner_id is not None))
        )  # fmt: skip
    return as_csv_download(rows, "open-requests.csv")


def _yes(whether: bool) -> str:
    return "yes" if whether else "no"
