"""One package on its way to another controller: how far it is, why it waits, and the receipts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from aureole.kernel.errors import NotFound
from aureole.people.queries import shown_name
from aureole.privacy.models import RightsRequest, SentNotice, SentState, SentTransfer
from aureole.privacy.transfer.arrivals import documents_named
from aureole.privacy.transfer.sealing import PIECE_BYTES
from aureole.staff.permissions import may, require
from aureole.web.actor import actor_of
from aureole.web.downloads import as_download
from aureole.web.staff.people.finding import persons_by_id
from aureole.web.staff.privacy.frame import frame_context
from aureole.web.staff.privacy.transfers.list_page import sent_line
from aureole.web.staff.privacy.transfers.sayings import say_tellings

_OPEN = (SentState.WAITING, SentState.DELIVERED)


@require_safe
def show_sent(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    require(actor_of(request), "rights.read")
    return sent_page(request, transfer_id)


def _load(transfer_id: uuid.UUID) -> SentTransfer:
    rows = SentTransfer.objects.select_related("peer", "package__file").defer("key", "package__file__inline")
    sent = rows.filter(pk=transfer_id).first()
    if sent is None:
        raise NotFound("transfer_not_found", "There is no such transfer here.")
    return sent


def sent_page(
    request: HttpRequest, transfer_id: uuid.UUID, refused: str = "", status: int = 200
) -> HttpResponse:
    actor, sent = actor_of(request), _load(transfer_id)
    person = persons_by_id([sent.person_id]).get(sent.person_id) if sent.person_id else None
    rows = (
        RightsRequest.objects.filter(pk=sent.request_id) if sent.request_id else RightsRequest.objects.none()
    )
    of = -(-sent.package.file.size // PIECE_BYTES) if sent.package else 0
    context = sent_line(sent) | {
        "sent": sent, "person": person, "name": shown_name(person) if person else "",
        "number": rows.values_list("number", flat=True).first(), "pieces": of, "refused": refused,
        "notices": say_tellings(_notices(sent), may_act=may(actor, "rights.handle")),
        "may_withdraw": sent.state in _OPEN and may(actor, "rights.handle"),
        "may_hurry": sent.state == SentState.WAITING and may(actor, "rights.release"),
        "sentence": _sentence(sent, shown_name(person) if person else ""),
    }  # fmt: skip
    page = "privacy/transfers/sent.html"
    return render(request, page, frame_context(actor, "transfers") | context, status=status)


def _notices(sent: SentTransfer) -> Iterable[SentNotice]:
    """What we told them since (GDPR Art. 19)."""
    return sent.notices.defer("document", "answer", "closing").order_by("created_at")


def _sentence(sent: SentTransfer, name: str) -> str:
    whose = _("%(name)s’s data") % {"name": name} if name else _("the data of somebody who was erased")
    words = {
        SentState.WAITING: _("%(whose)s is on its way to %(peer)s."),
        SentState.DELIVERED: _("%(peer)s has %(whose)s, and has not decided yet."),
        SentState.TAKEN_IN: _("%(peer)s took %(whose)s in."),
        SentState.REFUSED: _("%(peer)s did not take %(whose)s in, and destroyed it."),
        SentState.WITHDRAWN: _("We took back %(whose)s from %(peer)s."),
        SentState.FAILED: _("%(whose)s did not reach %(peer)s."),
    }[SentState(sent.state)]
    said = words % {"peer": sent.peer.name, "whose": whose}
    return said[:1].upper() + said[1:]


@require_safe
def download_document(request: HttpRequest, transfer_id: uuid.UUID, name: str) -> HttpResponse:
    """Offer or receipt of what was sent or came, as signed: names nobody."""
    require(actor_of(request), "rights.read")
    text = documents_named(transfer_id).get(f"{name}.json")
    if text is None:
        raise NotFound("receipt_not_found", "There is no such receipt yet.")
    return as_download(text, f"{name}.json", kind="application/json; charset=utf-8")
