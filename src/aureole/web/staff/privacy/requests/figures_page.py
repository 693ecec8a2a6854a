"""How the rights desk does, in figures that name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.privacy.models import RequestState
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.place import day_of
from aureole.privacy.rights.queue import Line, requests
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.requests import sayings

_ANSWERED = (RequestState.DONE, RequestState.REFUSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Of one right, or of all. `days` is the median from receipt to answer, None before the first answer."""

    label: str
    open: int
    overdue: int
    done: int
    refused: int
    other: int
    days: float | None
    in_time: int

    @property
    def answered(self) -> int:
        return self.done + self.refused

    @property
    def share(self) -> str:
        """ "92 %" of the answers came in time; empty before the first."""
        return f"{round(100 * self.in_time / self.answered)} %" if self.answered else ""


@require_safe
def show_figures(request: HttpRequest) -> HttpResponse:
    """By right, over all time. An answer is a request that was carried out or refused with reasons."""
    actor = actor_of(request)
    require(actor, "rights.read")
    lines = requests(include_closed=True)
    rows = [
        figures_of([line for line in lines if line.request.kind == kind], sayings.say_asks(kind))
        for kind in RIGHTS
    ]
    total = figures_of(lines, _("Together"))
    context: dict[str, Any] = {"rows": rows, "total": total, "sentence": _sentence(total)}
    return render(request, "privacy/requests/figures.html", frame_context(actor, "figures") | context)


def figures_of(lines: Sequence[Line], label: str) -> Figures:
    """Days are calendar days, with the pauses in them; in time is what was answered by its last day."""
    states = [line.request.state for line in lines]
    answered = [line for line in lines if line.request.state in _ANSWERED]
    took = [days for line in answered if (days := _took(line)) is not None]
    still_open = sum(line.request.is_open for line in lines)
    done, refused = states.count(RequestState.DONE), states.count(RequestState.REFUSED)
    return Figures(
        label=label,
        open=still_open,
        overdue=sum(line.urgency == "overdue" for line in lines),
        done=done,
        refused=refused,
        other=len(lines) - still_open - done - refused,
        days=median(took) if took else None,
        in_time=sum(_was_in_time(line) for line in answered),
    )


def _took(line: Line) -> int | None:
    closed = line.request.closed_at
    return (day_of(closed) - line.request.received_on).days if closed else None


def _was_in_time(line: Line) -> bool:
    closed = line.request.closed_at
    return closed is not None and day_of(closed) <= line.due_on


def _sentence(total: Figures) -> str:
    if not total.answered:
        return _("No request was answered yet.")
    words = ngettext(
        "%(count)s request was answered, %(in_time)s in time; half took %(days)s days or less.",
        "%(count)s requests were answered, %(in_time)s in time; half took %(days)s days or less.",
        total.answered,
    )
    return words % {
        "count": f"{total.answered:,}",
        "in_time": f"{total.in_time:,}",
        "days": f"{total.days:g}",
    }
