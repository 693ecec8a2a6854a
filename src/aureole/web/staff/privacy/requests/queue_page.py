"""The console: what is due, in a sentence and by urgency."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.ledger.models import Audit
from aureole.privacy.rights.queue import Line, closed_requests, requests
from aureole.staff.permissions import may
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.requests.queue_rows import queue_rows
from aureole.web.staff.privacy.requests.trying import trying_context
from aureole.web.ui.ages import say_ago
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
    audit = Audit.objects.order_by("-at").first()
    context = {
        "parts": [*_due_parts(every), _log_part(audit)],
        "is_proven": audit is not None and not audit.problems,
        "shown": [(key, words, key == shown) for key, words in _SHOWN],
        "show": shown,
        "groups": _groups(lines, shown),
        "legend": _LEGEND,
        "may_open": may(actor, "rights.open"),
    }
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


def _due_parts(every: Sequence[Line]) -> list[dict[str, Any]]:
    """ "3 due this week", "1 overdue": each a link to its group."""
    week = sum(line.urgency == "this_week" for line in every)
    late = sum(line.urgency == "overdue" for line in every)
    due = ngettext("%(count)d due this week", "%(count)d due this week", week) % {"count": week}
    overdue = ngettext("%(count)d overdue", "%(count)d overdue", late) % {"count": late}
    return [
        {"words": due if week else _("Nothing due this week"), "href": "#week" if week else ""},
        {
            "words": overdue if late else _("nothing overdue"),
            "href": "#late" if late else "",
            "is_late": bool(late),
        },
    ]


def _log_part(last: Audit | None) -> dict[str, Any]:
    href = reverse("privacy:log")
    if last is None:
        return {"words": _("log not verified yet"), "href": href}
    if last.problems:
        return {"words": _("the log does not hold"), "href": href, "is_late": True}
    return {"words": _("log verified %(age)s") % {"age": say_ago(last.at)}, "href": href}
