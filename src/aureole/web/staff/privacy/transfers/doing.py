"""What an officer does with a transfer or a notice: each POST is one action, each refusal a sentence on its page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.privacy.models import NoticeOutcome, SentTransfer
from aureole.privacy.transfer.actions.answer_notice import answer_notice
from aureole.privacy.transfer.actions.hurry_notice import hurry_notice
from aureole.privacy.transfer.actions.refuse_arrival import refuse_arrival
from aureole.privacy.transfer.actions.send_package import send_package
from aureole.privacy.transfer.actions.take_in_arrival import take_in_arrival
from aureole.privacy.transfer.actions.withdraw_transfer import withdraw_transfer
from aureole.privacy.transfer.noticing import transfer_of_notice
from aureole.web.doing import Doing, Values, do_one, doing_named
from aureole.web.staff.privacy.transfers.arrival_page import arrival_page
from aureole.web.staff.privacy.transfers.sent_page import sent_page
from aureole.web.staff.privacy.transfers.told_page import told_page


class TakeIn(forms.Form):
    """same_as: who here was shown as the one who might be meant; empty for somebody new."""

    same_as = forms.UUIDField(required=False, widget=forms.HiddenInput)


class Answer(forms.Form):
    outcome = forms.ChoiceField(choices=NoticeOutcome.choices)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where it is done: what can be, the page that shows a refusal (of the id in the address), and where it leads."""

    doings: Mapping[str, Doing[uuid.UUID]]
    show: Callable[[HttpRequest, uuid.UUID, str, int], HttpResponse]
    after: Callable[[uuid.UUID], HttpResponse]


def _send_again(key: uuid.UUID, values: Values, by: Actor) -> object:
    """Now instead of when it is due."""
    sent = SentTransfer.objects.filter(pk=key).only("request_id", "peer_id").first()
    if sent is None or sent.request_id is None:
        raise NotFound("transfer_not_found", "There is no such transfer here, or its request is gone.")
    return send_package(request_id=sent.request_id, peer_id=sent.peer_id, by=by)


_ARRIVED: dict[str, Doing[uuid.UUID]] = {
    "take-in": Doing(
        form=TakeIn,
        run=lambda key, v, by: take_in_arrival(arrival_id=key, by=by, same_as=v.get("same_as")),
        done=_l("Taken in. They are told where it came from, and the sender gets a receipt."),
    ),
    "refuse": Doing(
        run=lambda key, v, by: refuse_arrival(arrival_id=key, by=by),
        done=_l("Refused. What came is destroyed, and the sender gets a receipt."),
    ),
}
_SENT: dict[str, Doing[uuid.UUID]] = {
    "withdraw": Doing(
        run=lambda key, v, by: withdraw_transfer(transfer_id=key, by=by),
        done=_l("Taken back. The other side is told, and destroys what it has."),
    ),
    "now": Doing(
        run=_send_again,
        permission="rights.release",
        done=_l("It is tried now. This page says how it went."),
    ),
}
_NOTICE: dict[str, Doing[uuid.UUID]] = {
    "now": Doing(
        run=lambda key, v, by: hurry_notice(notice_id=key, by=by),
        done=_l("They are told now. This page says how it went."),
    ),
}
_TOLD: dict[str, Doing[uuid.UUID]] = {
    "answer": Doing(
        form=Answer,
        run=lambda key, v, by: answer_notice(notice_id=key, outcome=NoticeOutcome(v["outcome"]), by=by),
        done=_l("Noted with your name. The other controller gets our word of it."),
    ),
}
PLACES: dict[str, Place] = {
    "arrived": Place(doings=_ARRIVED, show=arrival_page, after=lambda key: redirect("privacy:arrival", key)),
    "sent": Place(doings=_SENT, show=sent_page, after=lambda key: redirect("privacy:sent_transfer", key)),
    "notice": Place(
        doings=_NOTICE,
        show=lambda request, key, sentence, status: sent_page(
            request, transfer_of_notice(key), sentence, status
        ),
        after=lambda key: redirect("privacy:sent_transfer", transfer_of_notice(key)),
    ),
    "told": Place(
        doings=_TOLD,
        show=lambda request, key, sentence, status: told_page(request, sentence, status),
        after=lambda key: redirect("privacy:told"),
    ),
}


@require_POST
def do(request: HttpRequest, where: str, key: uuid.UUID, what: str) -> HttpResponse:
    place = doing_named(where, PLACES)

    def show(
        request: HttpRequest, key: uuid.UUID, /, *, refused: Mapping[str, forms.Form], status: int
    ) -> HttpResponse:
        return place.show(request, key, _say_refused(refused[what]), status)

    return do_one(
        request,
        what,
        place.doings,
        permission="rights.handle",
        find=lambda: key,
        show=show,
        after=lambda: place.after(key),
    )


def _say_refused(form: forms.Form) -> str:
    """These forms are buttons: what is wrong with one is said in words of ours, a refusal in its own."""
    said = form.non_field_errors()
    return str(said[0]) if said else _("That was not one of the choices. Nothing was changed; choose again.")
