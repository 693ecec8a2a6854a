"""Open to all: what is believed are signatures, and only of peers that the operator let in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from aureole.privacy.transfer import arriving, noticed, noticing, sending
from aureole.privacy.transfer.documents import make_card
from aureole.privacy.transfer.errors import Declined
from aureole.privacy.transfer.sealing import PIECE_BYTES, TAG_BYTES
from aureole.web.actor import open_to_all

_LARGEST_DOCUMENT = 16 * 1024


class _TooLong(Exception):
    """More was sent than such a message can have."""


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, **words: Any) -> HttpResponse:
        try:
            return view(request, **words)
        except Declined as declined:
            said = {"code": declined.code, "sentence": declined.sentence}
            return JsonResponse(said, status=declined.status)
        except _TooLong:
            said = {"code": "too_large", "sentence": "That is longer than such a message can be."}
            return JsonResponse(said, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return csrf_exempt(open_to_all(answered))


def _text(request: HttpRequest) -> str:
    return _body(request, _LARGEST_DOCUMENT).decode("utf-8", "replace")


def _body(request: HttpRequest, most: int) -> bytes:
    body = request.read(most + 1)
    if len(body) > most:
        raise _TooLong
    return bytes(body)


@_door
@require_GET
def show_card(request: HttpRequest) -> HttpResponse:
    """What a sender has to know, signed."""
    return HttpResponse(make_card(), content_type="application/json; charset=utf-8")


@_door
@require_POST
def take_offer(request: HttpRequest) -> HttpResponse:
    return JsonResponse(arriving.accept_offer(_text(request)))


@_door
@require_POST
def take_piece(request: HttpRequest, transfer_id: uuid.UUID, number: int) -> HttpResponse:
    sealed = _body(request, PIECE_BYTES + TAG_BYTES)
    return JsonResponse(arriving.accept_piece(transfer_id, number, sealed))


@_door
@require_POST
def give_receipt(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    return JsonResponse(arriving.finish_arrival(transfer_id))


@_door
@require_POST
def take_receipt(request: HttpRequest) -> HttpResponse:
    sending.accept_receipt(_text(request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@_door
@require_POST
def take_notice(request: HttpRequest) -> HttpResponse:
    """What was done at the sender's since, answered with our signed acknowledgement."""
    return HttpResponse(noticed.accept_notice(_text(request)), content_type="application/json; charset=utf-8")


@_door
@require_POST
def take_outcome(request: HttpRequest) -> HttpResponse:
    """What the receiver of a notice of ours made of it."""
    noticing.accept_outcome(_text(request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@_door
@require_POST
def take_withdrawal(request: HttpRequest) -> HttpResponse:
    return JsonResponse(arriving.accept_withdrawal(_text(request)))
