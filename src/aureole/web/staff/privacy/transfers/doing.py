"""What an officer does with a transfer or a notice: each POST is one action, each refusal a sentence on its page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, NotPermitted, Refused
from aureole.privacy.models import NoticeOutcome, SentTransfer
from aureole.privacy.transfer.actions.answer_notice import answer_notice
from aureole.privacy.transfer.actions.hurry_notice import hurry_notice
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer
from aureole.privacy.transfer.noticing import transfer_of_notice
from aureole.staff.permissions import require
from aureole.web.actor import actor_of
from aureole.web.staff.privacy.transfers.arrival_page import arrival_page
from aureole.web.staff.privacy.transfers.sent_page import sent_page
from aureole.web.staff.privacy.transfers.told_page import told_page

Values = Mapping[str, Any]


class Plain(forms.Form):
    """Nothing is typed."""


class TakeIn(forms.Form):
    """same_as: who here was shown as the one who might be meant; empty for somebody new."""

    same_as = forms.UUIDField(required=False, widget=forms.HiddenInput)


class Answer(forms.Form):
    outcome = forms.ChoiceField(choices=NoticeOutcome.choices)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it is done: the page that shows a refusal (of the id in the address), and where it leads afterwards."""

    show: Callable[[HttpRequest, uuid.UUID, str, int], HttpResponse]
    after: Callable[[uuid.UUID], HttpResponse]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """One thing to do: what is typed, who may, the action, and the words afterwards."""

    run: Callable[[uuid.UUID, Values, Actor], object]
    done: Promise
    form: type[forms.Form] = Plain
    permission: str = "rights.handle"


def _send_again(key: uuid.UUID, values: Values, by: Actor) -> object:
    """Now instead of when it is due."""
    sent = SentTransfer.objects.filter(pk=key).only("request_id", "peer_id").first()
    if sent is None or sent.request_id is None:
        raise NotFound("transfer_not_found", "There is no such transfer here, or its request is gone.")
    return send_package(request_id=sent.request_id, peer_id=sent.peer_id, by=by)


_ARRIVED = Place(show=arrival_page, after=lambda key: redirect("privacy:arrival", key))
_SENT = Place(show=sent_page, after=lambda key: redirect("privacy:sent_transfer", key))
PLACES: dict[str, Place] = {
    "arrived": _ARRIVED,
    "sent": _SENT,
    "told": Place(
        show=lambda request, key, sentence, status: told_page(request, sentence, status),
        after=lambda key: redirect("privacy:told"),
    ),
    "notice": Place(
        show=lambda request, key, sentence, status: _SENT.show(
            request, transfer_of_notice(key), sentence, status
        ),
        after=lambda key: _SENT.after(transfer_of_notice(key)),
    ),
}
DOINGS: dict[tuple[str, str], Doing] = {
    ("arrived", "take-in"): Doing(
        form=TakeIn,
        run=lambda key, v, by: take_in_arrival(arrival_id=key, by=by, same_as=v.get("same_as")),
        done=_l("Taken in. They are told where it came from, and the sender gets a receipt."),
    ),
    ("arrived", "refuse"): Doing(
        run=lambda key, v, by: refuse_arrival(arrival_id=key, by=by),
        done=_l("Refused. What came is destroyed, and the sender gets a receipt."),
    ),
    ("sent", "withdraw"): Doing(
        run=lambda key, v, by: withdraw_transfer(transfer_id=key, by=by),
        done=_l("Taken back. The other side is told, and destroys what it has."),
    ),
    ("sent", "now"): Doing(
        run=_send_again,
        permission="rights.release",
        done=_l("It is tried now. This page says how it went."),
    ),
    ("notice", "now"): Doing(
        run=lambda key, v, by: hurry_notice(notice_id=key, by=by),
        done=_l("They are told now. This page says how it went."),
    ),
    ("told", "answer"): Doing(
        form=Answer,
        run=lambda key, v, by: answer_notice(notice_id=key, outcome=NoticeOutcome(v["outcome"]), by=by),
        done=_l("Noted with your name. The other controller gets our word of it."),
    ),
}


@require_POST
def do(request: HttpRequest, where: str, key: uuid.UUID, what: str) -> HttpResponse:
    """Do one thing; a refusal shows the page again, with the sentence."""
    actor, doing = actor_of(request), DOINGS.get((where, what))
    if doing is None:
        raise NotFound("doing_unknown", "There is nothing of that name to do. Nothing was changed.")
    require(actor, doing.permission)
    form, place = doing.form(request.POST), PLACES[where]
    if not form.is_valid():
        sentence = str(_l("That was not one of the choices. Nothing was changed; choose again."))
        return place.show(request, key, sentence, 422)
    try:
        doing.run(key, form.cleaned_data, actor)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        return place.show(request, key, refusal.sentence, 409)
    messages.success(request, str(doing.done))
    return place.after(key)
