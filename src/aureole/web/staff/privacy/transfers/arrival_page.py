"""One package from another instance: whose, from whom, who here might be meant, and the decision."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.ledger.record import record
from aureole.people.queries import shown_name
from aureole.privacy.models import ArrivedState, ArrivedTransfer, NoticeEvent
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.arrivals import arrival_of, owners_of_arrival, said_of
from aureole.privacy.transfer.documents import read_offer
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.people.record_page import note_reading
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.transfers.list_page import arrived_line

# What the sender tells us it did since (GDPR Art. 19), and which fields.
_NOTICES = {
    NoticeEvent.CORRECT: _l("corrected it there; ask the person what is right, or for a new package"),
    NoticeEvent.ERASE: _l("erased the person there; look whether we may still keep what came"),
    NoticeEvent.RESTRICT: _l("restricted it there; look whether it has to be restricted here"),
    NoticeEvent.LIFT: _l("lifted the restriction there; look whether ours still has a ground"),
}
_FIELDS = {
    "name": _l("name"), "pronouns": _l("pronouns"), "postal_address": _l("postal address"),
    "language": _l("language"), "time_zone": _l("time zone"),
    "identifier": _l("an address or number"), "statement": _l("a statement of theirs"),
}  # fmt: skip


class TakeInForm(forms.Form):
    """same_as: who here was shown as the one who might be meant; empty for somebody new."""

    same_as = forms.UUIDField(required=False, widget=forms.HiddenInput)


@require_safe
def show_arrival(request: HttpRequest, arrival_id: uuid.UUID) -> HttpResponse:
    """Opening one that waits is a reading of personal data: an entry of the log."""
    require(actor_of(request), "rights.read")
    return _page(request, arrival_id)


def _page(request: HttpRequest, arrival_id: uuid.UUID, refused: str = "", status: int = 200) -> HttpResponse:
    actor, arrival = actor_of(request), arrival_of(arrival_id)
    said = said_of(arrival)
    owners = owners_of_arrival(arrival) if said else []
    people = persons_by_id([*owners, arrival.person_id])
    known = [people[owner] for owner in owners if owner in people]
    if said is not None:
        with transaction.atomic():
            record("transfer.read", by=actor)
        for person in known:
            note_reading(person, actor, fields=1)
    offer = read_offer(arrival.offer)
    became = people.get(arrival.person_id) if arrival.person_id else None
    context = arrived_line(arrival) | {
        "arrival": arrival, "said": said, "known": known, "known_name": shown_name(known[0]) if known else "",
        "several": len(owners) > 1, "became": became, "became_name": shown_name(became) if became else "",
        "offer": offer, "records": offer.counts.get("records", 0), "files": offer.counts.get("files", 0),
        "notices": [(_NOTICES[NoticeEvent(n.event)], ", ".join(str(_FIELDS[f]) for f in n.fields), n.created_at)
                    for n in arrival.notices.order_by("created_at")],
        "refused": refused, "may_decide": may(actor, "rights.handle") and arrival.state == ArrivedState.ARRIVED,
        "sentence": _sentence(arrival, said.name if said else ""),
    }  # fmt: skip
    page = "privacy/transfers/arrival.html"
    return render(request, page, frame_context(actor, "transfers") | context, status=status)


def _sentence(arrival: ArrivedTransfer, name: str) -> str:
    words = {
        ArrivedState.ARRIVING: _("A package from %(peer)s is arriving."),
        ArrivedState.ARRIVED: _("%(peer)s sends us %(name)s’s data. Take it in?"),
        ArrivedState.TAKEN_IN: _("What came from %(peer)s was taken in."),
        ArrivedState.REFUSED: _("What came from %(peer)s was not taken in, and is destroyed."),
    }[ArrivedState(arrival.state)]
    return words % {"peer": arrival.peer.name, "name": name or _("a person")}


@require_POST
def take_in(request: HttpRequest, arrival_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "rights.handle")
    form = TakeInForm(request.POST)
    same_as = form.cleaned_data["same_as"] if form.is_valid() else None
    try:
        take_in_arrival(arrival_id=arrival_id, by=actor, same_as=same_as)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _page(request, arrival_id, refusal.sentence, status=409)
    messages.success(request, _("Taken in. They are told where it came from, and the sender gets a receipt."))
    return redirect("privacy:arrival", arrival_id=arrival_id)


@require_POST
def refuse(request: HttpRequest, arrival_id: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    require(actor, "rights.handle")
    try:
        refuse_arrival(arrival_id=arrival_id, by=actor)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return _page(request, arrival_id, refusal.sentence, status=409)
    messages.success(request, _("Refused. What came is destroyed, and the sender gets a receipt."))
    return redirect("privacy:arrival", arrival_id=arrival_id)
