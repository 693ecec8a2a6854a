"""What is held about whoever proved who they are: kinds and counts at once, without values and without a month."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from aureole.kernel.actor import Actor
from aureole.privacy.data_map.telling import Looks, tell
from aureole.privacy.export.sheet import Counted
from aureole.privacy.models import RequestKind, RightsRequest
from aureole.privacy.rights.codes import ENTRY_STATES
from aureole.privacy.rights.moving import MOVES
from aureole.privacy.rights.place import day_of
from aureole.web.portal.language import language_of, say_day, texts
from aureole.web.portal.page import portal_view, render_page
from aureole.web.portal.privacy.limits import Blocked, count_look
from aureole.web.portal.privacy.passes import proof_in, request_for_outsiders


def may_look(request: RightsRequest) -> bool:
    """Once it is known who asks, and while they are here."""
    return request.person_id is not None and request.state not in ENTRY_STATES


@portal_view
@require_GET
def show_yours(request: HttpRequest, request_id: uuid.UUID) -> HttpResponseBase:
    """Each look is an entry of the log, and counted: many in a row have to wait."""
    found = request_for_outsiders(request_id)
    proof = proof_in(request, found)
    if proof is None or not may_look(found) or found.person_id is None:
        return redirect("portal:request", request_id=request_id)
    language = language_of(request)
    t = texts(language)
    try:
        count_look(found.pk)
    except Blocked as blocked:
        context = {"sentence": t["yours"]["blocked"].format(minutes=blocked.minutes)}
        return render_page(request, "portal/problem.html", context, status=429)
    theirs = tell(found.person_id, language=language, by=Actor(kind="customer", person_id=found.person_id))
    wants_copy = found.kind == RequestKind.ACCESS and found.state in MOVES["taken_back"][0]
    context = {
        "title": t["yours"]["title"], "request_id": request_id, "may_take_back": wants_copy,
        "lead": t["yours"]["lead"].format(total=Counted(theirs.total, language)),
        "groups": ((t["held"]["given"], theirs.given), (t["held"]["noticed"], theirs.noticed)),
        "receivers": theirs.receivers, "looks": [_look(one, t["yours"], language) for one in theirs.looks],
    }  # fmt: skip
    return render_page(request, "portal/yours.html", context)


def _look(found: Looks, t: dict[str, Any], language: str) -> tuple[str, str]:
    """Who did what; how often and when."""
    words = t["once"] if found.times == 1 else t["often"]
    said = words.format(times=found.times, day=say_day(day_of(found.last), language))
    who = t["who"].get(found.by, t["who"]["system"])
    return t["line"].format(who=who, did=t["did"].get(found.type, found.type)), said
