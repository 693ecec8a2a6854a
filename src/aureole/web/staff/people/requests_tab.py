"""What a person has asked for under their rights, with states and last days."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from aureole.privacy.rights.kinds import RIGHTS
from aureole.privacy.rights.queue import Line, requests_of
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import person_or_shell
from aureole.web.staff.people.header import header_context
from aureole.web.staff.people.record_page import note_reading


@require_safe
def show_requests(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Newest first. Who may open requests sees that they are there; only officers follow them."""
    actor = actor_of(request)
    require(actor, "rights.open")
    person = person_or_shell(request, person_id)
    if isinstance(person, HttpResponse):
        return person
    header = header_context(person, actor, tab="requests")
    lines = requests_of(person.id)
    note_reading(person, actor, fields=len(header["ways"]) + len(lines))
    context = {
        "lines": [_shown(line) for line in lines],
        "sentence": _sentence(lines, header["first_name"]),
        "may_follow": may(actor, "rights.read"),
    }
    return render(request, "people/requests.html", header | context)


def _shown(line: Line) -> dict[str, Any]:
    return {"line": line, "asks": RIGHTS[line.request.kind].words, "is_late": line.urgency == "overdue"}


def _sentence(lines: list[Line], name: str) -> str:
    still_open = sum(line.request.is_open for line in lines)
    if not lines:
        return _("%(name)s has not asked for anything yet.") % {"name": name}
    words = ngettext(
        "%(name)s has %(count)d open request.", "%(name)s has %(count)d open requests.", still_open
    )
    return words % {"name": name, "count": still_open}
