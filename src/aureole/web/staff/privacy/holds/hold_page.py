"""One hold: why it stands, what waits for it, and the two ways it can go on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.errors import NotFound
from aureole.privacy.holds.actions.keep_hold import keep_hold
from aureole.privacy.holds.actions.place_hold import LONGEST_REASON
from aureole.privacy.holds.actions.release_hold import release_hold
from aureole.privacy.holds.listing import lines_of
from aureole.privacy.holds.waiting import waiting_requests
from aureole.privacy.models import Hold
from aureole.privacy.rights.place import today
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.doing import act_on
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.holds.list_page import hold_rows
from aureole.web.staff.privacy.who import agent_names, say_agent
from aureole.web.ui.ages import say_whole_day
from aureole.web.ui.protection import Fact


class ReleaseForm(forms.Form):
    reason = forms.CharField(
        label=_l("Why it is not needed any more"),
        help_text=_l("Kept with the hold, sealed."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _l("Say why it is not needed any more.")},
    )


class KeepForm(forms.Form):
    review_on = forms.DateField(
        label=_l("Look again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _l("Give the day on which somebody looks again."),
            "invalid": _l("Write the day as 2027-03-31."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["review_on"].widget.attrs["min"] = today().isoformat()


@require_safe
def show_hold(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Opening it is a reading of the person's data: one entry of the log."""
    require(actor_of(request), "privacy.hold")
    return _page(request, hold_id, {})


def _page(
    request: HttpRequest, hold_id: uuid.UUID, refused: Mapping[str, forms.Form], status: int = 200
) -> HttpResponse:
    found = lines_of(Hold.objects.filter(pk=hold_id))
    if not found:
        raise NotFound("hold_not_found", "There is no such hold. It may have left with its person.")
    [row] = hold_rows(found)
    actor, hold = actor_of(request), found[0].hold
    person = persons_by_id([hold.person_id]).get(hold.person_id)
    if person is not None:
        note_reading(person, actor, fields=2)
    context = {
        "row": row,
        "hold": hold,
        "person": person,
        "facts": _facts(row, agent_names()),
        "release": refused.get("release") or ReleaseForm(),
        "keep": refused.get("keep") or KeepForm(),
        "error": bool(refused),
    }
    return render(request, "privacy/holds/hold.html", frame_context(actor, "holds") | context, status=status)


def _facts(row: Mapping[str, Any], names: Mapping[uuid.UUID, str]) -> list[Fact]:
    hold: Hold = row["hold"]
    facts = [
        Fact(label=_("Law"), value=row["law"]),
        Fact(label=_("Placed"), value=_by(hold.placed_at, hold.placed_by, names)),
    ]
    if hold.released_at is not None:
        return [*facts, Fact(label=_("Released"), value=_by(hold.released_at, hold.released_by, names))]
    if hold.names_erased:
        facts.append(
            Fact(label=_("Names"), value=_("somebody who was erased; it is removed when this is released"))
        )
    day = say_whole_day(hold.review_on)
    return [*facts, Fact(label=_("Look again"), value=f"{day}, {row['words']}")]


def _by(moment: datetime, agent_id: uuid.UUID | None, names: Mapping[uuid.UUID, str]) -> str:
    return _("%(day)s by %(who)s") % {"day": say_whole_day(moment), "who": say_agent(agent_id, names)}


@require_POST
def release(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Let go; the sentence afterwards says what goes on."""
    actor = actor_of(request)
    require(actor, "privacy.hold")
    form = ReleaseForm(request.POST)

    def act() -> HttpResponse:
        hold = release_hold(hold_id=hold_id, reason=form.cleaned_data["reason"], by=actor)
        waits = waiting_requests([hold.person_id]).get(hold.person_id, [])
        messages.success(request, _say_released(waits))
        return redirect("privacy:hold", hold_id=hold_id)

    return act_on(form, act, lambda status: _page(request, hold_id, {"release": form}, status))


def _say_released(waits: list[int]) -> str:
    if not waits:
        return _("Released. Nothing waited for it.")
    numbers = ", ".join(_("no. %(number)d") % {"number": number} for number in waits)
    words = ngettext(
        "Released. What waited goes on by itself unless another hold stands: request %(numbers)s.",
        "Released. What waited goes on by itself unless another hold stands: requests %(numbers)s.",
        len(waits),
    )
    return words % {"numbers": numbers}


@require_POST
def keep(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """It was looked at and is still needed."""
    actor = actor_of(request)
    require(actor, "privacy.hold")
    form = KeepForm(request.POST)

    def act() -> HttpResponse:
        keep_hold(hold_id=hold_id, review_on=form.cleaned_data["review_on"], by=actor)
        messages.success(request, _("Kept. It comes up again on that day."))
        return redirect("privacy:hold", hold_id=hold_id)

    return act_on(form, act, lambda status: _page(request, hold_id, {"keep": form}, status))
