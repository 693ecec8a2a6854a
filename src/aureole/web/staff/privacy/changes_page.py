"""What the data map declared on two dates, compared in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.kernel.ids import id_in
from aureole.privacy.data_map.differences import Difference, differences
from aureole.privacy.data_map.snapshots import rows_in, snapshots
from aureole.privacy.models import MapSnapshot
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.frame import frame_context


@require_safe
def show_changes(request: HttpRequest) -> HttpResponse:
    """?before= and ?now= are ids of kept maps; by default the last two."""
    actor = actor_of(request)
    require(actor, "privacy.map")
    kept = snapshots()
    now = _chosen(kept, request.GET.get("now", ""), default=0)
    before = _chosen(kept, request.GET.get("before", ""), default=1 if len(kept) > 1 else 0)
    if now is not None and before is not None and before.at > now.at:
        now, before = before, now
    found = differences(rows_in(before), rows_in(now)) if now and before and now.pk != before.pk else []
    context = {
        "kept": [(one, _day(one)) for one in kept], "now": now, "before": before,
        "sentence": _sentence(kept, before, now, found),
        "groups": [
            (words, [one for one in found if one.kind == kind])
            for kind, words in (("new", _("New")), ("gone", _("Gone")), ("changed", _("Changed")))
            if any(one.kind == kind for one in found)
        ],
    }  # fmt: skip
    return render(request, "privacy/map_changes.html", frame_context(actor, "map") | context)


def _chosen(kept: Sequence[MapSnapshot], asked: str, *, default: int) -> MapSnapshot | None:
    wanted = id_in(asked)
    found = next((one for one in kept if one.pk == wanted), None)
    return found or (kept[default] if len(kept) > default else None)


def _day(snapshot: MapSnapshot) -> str:
    return date_format(localtime(snapshot.at), "j F Y, H:i")


def _sentence(
    kept: Sequence[MapSnapshot],
    before: MapSnapshot | None,
    now: MapSnapshot | None,
    found: Sequence[Difference],
) -> str:
    if now is None or before is None:
        return _(
            "No state of the map is kept yet; the first is kept when the database is brought up to date."
        )
    if len(kept) == 1:
        return _("The map has not changed since %(day)s, when it was kept first.") % {"day": _day(now)}
    if not found:
        return _("Between these two dates nothing changed.")
    words = ngettext("%(count)d difference", "%(count)d differences", len(found)) % {"count": len(found)}
    return _("%(words)s between %(before)s and %(now)s.") % {
        "words": words, "before": _day(before), "now": _day(now),
    }  # fmt: skip
