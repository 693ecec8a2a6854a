"""Open requests of somebody whom an erasure takes that did not begin with them: they end with it, answered by it.

An erasure begun at the command line, by a decision of our own, or found again by a restore does not ask what its person
waits for. What they waited for must neither lose them and stand open for ever, nor be answered twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from aureole.kernel.actor import Actor
from aureole.privacy.erasure.proof import payload_of
from aureole.privacy.holds.guard import in_force
from aureole.privacy.models import OPEN_STATES, Erasure, RequestKind, RequestState, RightsRequest
from aureole.privacy.rights.farewell import gone_on_without, send_farewell, write_farewell
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.pausing import end_pause

NOT_ANSWERED = ~Q(outcome__has_key="erasure")
"""Requests of which no erasure under way says that it carries them out."""
_MARK = "overtaken"
_EMPTY = "nothing_held"


def say_farewells(erasure: Erasure) -> None:
    """Before the addresses go: whoever asked to be erased is told that it is done, and where the receipt is.

    An erasure that did not begin at the request does not wait for the letter: somebody watches it, or a rule runs it.
    One that did and stood still (a hold, a crash) sends here what has not left, unless its request goes on without it.
    How many did not leave stays in the request, for an officer to hand the link over otherwise.
    """
    person_id = erasure.person_id
    assert person_id is not None, "an erasure that is done knows nobody"
    open_ones = RightsRequest.objects.filter(person_id=person_id, state__in=OPEN_STATES)
    for request in open_ones.filter(kind=RequestKind.ERASURE):
        if in_force().filter(person_id=person_id).exists():
            return  # it stands still, and would have said so too early
        outcome = request.outcome or {}
        if gone_on_without(outcome):
            continue
        if "erasure" not in outcome:
            with transaction.atomic():
                write_farewell(request, kept_away_until=erasure.kept_away_until)
        if unsent := send_farewell(request):
            RightsRequest.objects.filter(pk=request.pk).update(outcome=outcome | {"unsent": unsent})


def overtake(request_ids: Sequence[uuid.UUID], person_id: uuid.UUID) -> None:
    """In the transaction in which they lose their person: which erasure answers them stands in them from now on.

    Without an erasure under way, rows of somebody erased long ago came back with a restore: they are closed at once.
    """
    if not request_ids:
        return
    erasure_id = Erasure.objects.filter(person_id=person_id).values_list("pk", flat=True).first()
    mark: dict[str, Any] = {_MARK: 1} | ({"erasure": str(erasure_id)} if erasure_id else {})
    for request_id in request_ids:
        request = locked(request_id)
        request.outcome = outcome = (request.outcome or {}) | mark
        request.execute_after = None  # there is nothing left to take back
        request.save(update_fields=["outcome", "execute_after"])
        if request.kind == RequestKind.ERASURE:
            move(request, "overtaken", by=Actor.system())
        if erasure_id is None:
            _close(request, outcome)


def close_overtaken(erasure: Erasure) -> None:
    """In the transaction that ends the erasure: with its certificate as evidence."""
    mine = {_MARK: 1, "erasure": str(erasure.pk)}
    waiting = RightsRequest.objects.filter(closed_at=None, outcome__contains=mine).values_list(
        "pk", flat=True
    )
    for request_id in list(waiting):
        payload = payload_of(erasure.certificate)
        figures = {
            "items": sum(int(item["count"]) for item in payload["erased"]),
            "residue": len(payload["residue"]["places"]),
        }
        request = locked(request_id)
        _close(request, (request.outcome or {}) | figures)


def _close(request: RightsRequest, outcome: dict[str, Any]) -> None:
    """An erasure was what they asked for. Of anything else there is nothing left to tell or to change."""
    request.outcome = outcome
    if request.state != RequestState.EXECUTING:
        request.refusal = _EMPTY
    request.save(update_fields=["outcome", "refusal"])
    end_pause(request)
    move(request, "emptied" if request.refusal else "completed", by=Actor.system())
