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

from aureole.kernel.errors import NotFound
from aureole.privacy.data_map import gaps
from aureole.privacy.models import RequestState, RightsRequest
from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.place import day_of, today
from aureole.privacy.rights.queue import Line, requests, requests_received
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_csv_download
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.requests import sayings
from aureole.web.staff.privacy.requests.suppressing import LEAST, Figures, Shown, shown_rows

SOON_DAYS = 5
_ANSWERED = (RequestState.DONE, RequestState.REFUSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Open requests as they stand today. `unknown` are those of which nobody knows yet whose they are."""

    on_time: int
    due_soon: int
    overdue: int
    unknown: int


@require_safe
def show_figures(request: HttpRequest) -> HttpResponse:
    """?year= by the day of receipt, this year without it. An answer is a request that was carried out or refused.

    ?form=csv is the same table as a file, to be published. What is open is exact: a list that readers see anyway.
    """
    actor = actor_of(request)
    require(actor, "rights.read")
    year = _year(request.GET.get("year", ""))
    lines = requests_received(year)
    found = [
        figures_of([line for line in lines if line.request.kind == kind], sayings.say_asks(kind))
        for kind in RIGHTS
    ]
    total = figures_of(lines, _("Together"))
    rows, total_row = shown_rows(found, total)
    if request.GET.get("form") == "csv":
        return _as_csv([*rows, total_row], year)
    context: dict[str, Any] = {
        "rows": rows,
        "total": total_row,
        "sentence": _sentence(total, year),
        "standing": standing_of(requests()),
        "gaps": len(gaps()),
        "year": year,
        "years": _years(year),
        "least": LEAST,
    }
    return render(request, "privacy/requests/figures.html", frame_context(actor, "figures") | context)


def _year(text: str) -> int:
    if not text:
        return today().year
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 2000 <= int(text) <= today().year):
        raise NotFound("figures_year", "There are figures of whole years, like 2026, up to this one.")
    return int(text)


def _years(year: int) -> list[int]:
    """Those with requests in them, and the one that is shown."""
    first = RightsRequest.objects.order_by("received_on").values_list("received_on", flat=True).first()
    return sorted({*range(first.year if first else today().year, today().year + 1), year}, reverse=True)


def standing_of(lines: Sequence[Line]) -> Standing:
    unknown = [line for line in lines if line.request.person_id is None]
    known = [line for line in lines if line.request.person_id is not None]
    return Standing(
        on_time=sum(line.days_left > SOON_DAYS for line in known),
        due_soon=sum(0 <= line.days_left <= SOON_DAYS for line in known),
        overdue=sum(line.days_left < 0 for line in known),
        unknown=len(unknown),
    )


def _as_csv(rows: Sequence[Shown], year: int) -> HttpResponse:
    first = ("right", "done", "refused", "closed otherwise", "median days", "in time")
    lines = ([row.label, row.done, row.refused, row.other, row.days, row.share] for row in rows)
    return as_csv_download([first, *lines], f"requests-{year}.csv")


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


def _sentence(total: Figures, year: int) -> str:
    if total.answered < LEAST:
        return _("Fewer than %(least)d requests of %(year)d were answered: too few for a figure.") % {
            "year": year,
            "least": LEAST,
        }
    words = ngettext(
        "%(count)s request of %(year)d was answered, %(in_time)s in time; half took %(days)s or less.",
        "%(count)s requests of %(year)d were answered, %(in_time)s in time; half took %(days)s or less.",
        total.answered,
    )
    return words % {
        "year": year,
        "count": f"{total.answered:,}",
        "in_time": total.share,
        "days": ngettext("%(days)s day", "%(days)s days", 1 if total.days == 1 else 2)
        % {"days": f"{total.days:g}"},
    }
