"""Who has to be told that we hold data about them that is not from them: with the clock of each, and what to do."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotPermitted, Refused
from aureole.kernel.ids import id_in
from aureole.people.queries import shown_name
from aureole.privacy.informing.actions.exempt_information import exempt_information
from aureole.privacy.informing.actions.note_disclosure import note_disclosure
from aureole.privacy.informing.actions.note_information import note_information
from aureole.privacy.informing.actions.reopen_information import reopen_information
from aureole.privacy.informing.actions.send_information import send_information
from aureole.privacy.informing.listing import Line, Standing, lines_of, owed, settled, standing
from aureole.privacy.models import EXEMPT, OTHERWISE, Settled
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import doing_named
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.informing.sayings import (
    SHAPES,
    GroundForm,
    RecipientForm,
    WayForm,
    say_left,
    say_source,
)
from aureole.web.staff.privacy.requests.sayings import say_day

PAGE = 50


@require_safe
def show_to_be_told(request: HttpRequest) -> HttpResponse:
    """?show=done for those that were told or need not be, the last first; the others by their last day."""
    actor = actor_of(request)
    require(actor, "privacy.inform")
    return _page(request, actor)


def _page(request: HttpRequest, actor: Actor, *, refusal: str = "", status: int = 200) -> HttpResponse:
    is_done = request.GET.get("show") == "done"
    page = Paginator(settled() if is_done else owed(), PAGE).get_page(request.GET.get("page"))
    lines = lines_of(page.object_list)
    context = {
        "sentence": say_standing(standing()), "page": page, "is_done": is_done, "refusal": refusal,
        "rows": _rows(lines), "way": WayForm(), "ground": GroundForm(), "recipient": RecipientForm(),
        "query": request.GET.urlencode(),
    }  # fmt: skip
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "privacy/informing/_list.html" if is_fragment else "privacy/informing/list.html"
    return render(request, template, frame_context(actor, "to_be_told") | context, status=status)


def say_standing(found: Standing) -> str:
    if not found.owed:
        return _("Nobody has to be told where we have their data from.")
    words = ngettext(
        "%(count)s person has to be told where we have their data from",
        "%(count)s people have to be told where we have their data from",
        found.owed,
    ) % {"count": f"{found.owed:,}"}  # fmt: skip
    parts = [words]
    if found.soon:
        parts.append(_("%(count)s within a week") % {"count": f"{found.soon:,}"})
    if found.overdue:
        parts.append(_("%(count)s too late") % {"count": f"{found.overdue:,}"})
    return f"{', '.join(parts)}."


def _rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Three queries for persons, however many lines."""
    people = persons_by_id(line.informing.person_id for line in lines)
    return [
        {
            "line": line,
            "person_id": line.informing.person_id,
            "name": shown_name(people.get(line.informing.person_id)),
            "source": say_source(line.informing.source),
            "due": say_day(line.due_on),
            "shape": SHAPES[line.urgency],
            "is_disclosed": line.informing.disclosed_on is not None,
            "words": say_left(line.days_left),
            "how": Settled(line.informing.how).label if line.informing.how else "",
            "may_reopen": line.informing.how in (*OTHERWISE, *EXEMPT),
        }
        for line in lines
    ]


def _send(person_id: uuid.UUID, request: HttpRequest, by: Actor) -> None:
    send_information(person_id=person_id, by=by)


def _note(person_id: uuid.UUID, request: HttpRequest, by: Actor) -> None:
    note_information(person_id=person_id, way=request.POST.get("way", ""), by=by)


def _exempt(person_id: uuid.UUID, request: HttpRequest, by: Actor) -> None:
    exempt_information(person_id=person_id, ground=request.POST.get("ground", ""), by=by)


def _disclose(person_id: uuid.UUID, request: HttpRequest, by: Actor) -> None:
    form = RecipientForm(request.POST)
    if not form.is_valid():
        raise Refused("recipient_form", str(next(iter(form.errors.values()))[0]))
    note_disclosure(person_id=person_id, by=by, **form.cleaned_data)


def _reopen(person_id: uuid.UUID, request: HttpRequest, by: Actor) -> None:
    reopen_information(person_id=person_id, by=by)


_DOINGS: dict[str, Callable[[uuid.UUID, HttpRequest, Actor], None]] = {
    "send": _send, "note": _note, "exempt": _exempt, "disclose": _disclose, "reopen": _reopen,
}  # fmt: skip


@require_POST
def do_informing(request: HttpRequest, what: str) -> HttpResponse:
    """`person` is the id of each that was chosen. Whatever can be done is; a refusal says for how many it could not.
    `back` is sent by a record, which is shown again."""
    actor = actor_of(request)
    require(actor, "privacy.inform")
    doing = doing_named(what, _DOINGS)
    chosen = [one for text in request.POST.getlist("person")[:PAGE] if (one := id_in(text)) is not None]
    if not chosen:
        return _page(request, actor, refusal=_("Choose somebody first. Nothing was changed."), status=422)
    refusals = []
    for person_id in chosen:
        try:
            doing(person_id, request, actor)
        except NotPermitted:
            raise
        except Refused as refusal:
            refusals.append(refusal.sentence)
    if refusals:
        return _page(request, actor, refusal=_say_refused(len(chosen), refusals), status=409)
    messages.success(request, _say_done(what, len(chosen)))
    if "back" in request.POST and len(chosen) == 1:
        return redirect("people:record", person_id=chosen[0])
    return redirect("privacy:to_be_told")


def _say_refused(asked: int, refusals: Sequence[str]) -> str:
    """The first refusal stands for all: they are about the same thing."""
    if asked == 1:
        return refusals[0]
    done = asked - len(refusals)
    return _("Done for %(done)d of %(asked)d. For the others: %(why)s") % {
        "done": done, "asked": asked, "why": refusals[0],
    }  # fmt: skip


def _say_done(what: str, count: int) -> str:
    if what == "send":
        words = ngettext(
            "A letter to %(count)d person is on its way. They count as told once it has left.",
            "Letters to %(count)d people are on their way. They count as told once theirs has left.",
            count,
        )
    elif what == "disclose":
        words = ngettext(
            "Noted for %(count)d person. They have to know today, and are written to where that is possible.",
            "Noted for %(count)d people. They have to know today, and are written to where that is possible.",
            count,
        )
    elif what == "reopen":
        words = ngettext(
            "%(count)d person has to be told again.", "%(count)d people have to be told again.", count
        )
    else:
        words = ngettext("Noted for %(count)d person.", "Noted for %(count)d people.", count)
    return words % {"count": count}
