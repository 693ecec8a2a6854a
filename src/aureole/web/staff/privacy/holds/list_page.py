"""Legal holds: what has to be looked at first, and what was released."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.kernel.errors import Refused
from aureole.kernel.ids import id_in
from aureole.people.models import Person
from aureole.people.queries import shown_name
from aureole.privacy.holds.guard import in_force
from aureole.privacy.holds.listing import Line, lines_of, released_holds
from aureole.privacy.holds.waiting import waiting_requests
from aureole.privacy.models import HoldGround
from aureole.privacy.rights.place import today
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.holds.things import things_of
from aureole.web.staff.privacy.requests.sayings import say_day

PAGE = 50
SHAPES = {"due": "late", "soon": "soon", "later": "open", "released": "done"}


@require_safe
def show_holds(request: HttpRequest) -> HttpResponse:
    """?show=released for those that ended, newest first; the others by the day of their review. ?person= is an id."""
    actor = actor_of(request)
    require(actor, "privacy.hold")
    is_released = request.GET.get("show") == "released"
    rows = released_holds() if is_released else in_force().order_by("review_on", "id")
    person_id = _id(request.GET.get("person", ""))
    rows = rows.filter(person_id=person_id) if person_id else rows
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = lines_of(page.object_list)
    context = {
        "sentence": _sentence(),
        "page": page,
        "rows": hold_rows(lines),
        "is_released": is_released,
        "person_id": person_id,
        "query": request.GET.urlencode(),
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/holds/_list.html" if is_fragment else "privacy/holds/list.html"
    return render(request, template, frame_context(actor, "holds") | context)


def _id(text: str) -> uuid.UUID | None:
    found = id_in(text)
    if text and found is None:
        raise Refused("holds_filter", "This is no id of a person; start again at the list of all holds.")
    return found


def _sentence() -> str:
    count = in_force().count()
    due = in_force().filter(review_on__lte=today()).count()
    if not count:
        return _("Nothing is held: whatever runs out or is asked to go, goes.")
    held = ngettext("%(count)d thing is held", "%(count)d things are held", count) % {"count": count}
    if not due:
        return _("%(held)s; nothing is to be looked at today.") % {"held": held}
    looked = ngettext("%(count)d is to be looked at again.", "%(count)d are to be looked at again.", due)
    return f"{held}, {looked % {'count': due}}"


def hold_rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Three queries for persons, three for things, one for what waits; however many lines."""
    people = persons_by_id(line.hold.person_id for line in lines)
    things = things_of([line.hold for line in lines])
    waiting = waiting_requests({line.hold.person_id for line in lines if not line.hold.released_at})
    return [
        {
            "line": line,
            "hold": line.hold,
            "name": say_name(line.hold.person_id, people),
            "thing": things[line.hold.id],
            "law": say_ground(line.hold.ground),
            "shape": SHAPES[line.urgency],
            "review": say_day(line.hold.review_on),
            "words": say_left(line),
            "waits": waiting.get(line.hold.person_id, []),
        }
        for line in lines
    ]


def say_name(person_id: uuid.UUID, people: Mapping[uuid.UUID, Person]) -> str:
    person = people.get(person_id)
    return shown_name(person) if person is not None else _("Erased person")


def say_ground(ground: str) -> str:
    """ "legal claims (GDPR Art. 17(3)(e))"; the code itself for one that a newer version wrote."""
    return str(HoldGround(ground).label) if ground in HoldGround.values else ground


def say_left(line: Line) -> str:
    """How long until somebody looks again."""
    if line.urgency == "released":
        return _("released")
    if line.days_left < 0:
        days = -line.days_left
        return ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days}
    if line.days_left == 0:
        return _("today")
    return ngettext("in %(count)d day", "in %(count)d days", line.days_left) % {"count": line.days_left}
