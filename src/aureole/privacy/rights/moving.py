"""The way of a request through its states. Every move is one line of its timeline and one entry of the log."""

from __future__ import annotations

import uuid

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.privacy.models import OPEN_STATES, RequestState, RequestStep, RightsRequest
from aureole.vault.unlock import unlock

S = RequestState
_ENTRY = (S.RECEIVED, S.IDENTITY)
_ANSWERED = (S.EXECUTING, S.DONE)
# What may be done in which states, and where it leads; None stays where it is.
MOVES: dict[str, tuple[tuple[RequestState, ...], RequestState | None]] = {
    "received": ((S.RECEIVED,), None),
    "decided": ((S.RECEIVED,), S.WORKING),
    "identity_asked": (_ENTRY, S.IDENTITY),
    "channel_proven": (_ENTRY, S.IDENTITY),
    "identity_proven": (_ENTRY, S.WORKING),
    "identity_vouched": (_ENTRY, S.WORKING),
    "put_together": ((S.WORKING, S.APPROVAL, S.COOLING, S.EXECUTING), S.IDENTITY),
    "person_matched": (_ENTRY, None),
    "assigned": (OPEN_STATES, None),
    "paused": ((S.IDENTITY, S.WORKING), None),
    "resumed": (OPEN_STATES, None),
    "extended": (OPEN_STATES, None),
    "reminded": (OPEN_STATES, None),
    "prepared": ((S.WORKING,), S.APPROVAL),
    "sent_back": ((S.APPROVAL,), S.WORKING),
    "held": ((S.WORKING, S.APPROVAL, S.COOLING, S.EXECUTING), S.WORKING),
    "plan_changed": ((S.APPROVAL, S.COOLING, S.EXECUTING), S.WORKING),
    "approved": ((S.APPROVAL,), S.EXECUTING),
    "approved_to_wait": ((S.APPROVAL,), S.COOLING),
    "begun": ((S.COOLING, S.EXECUTING), S.EXECUTING),
    "completed": ((S.WORKING, S.EXECUTING), S.DONE),
    "overtaken": (OPEN_STATES, S.EXECUTING),
    "emptied": (OPEN_STATES, S.REFUSED),
    "refused": ((S.RECEIVED, S.IDENTITY, S.WORKING, S.APPROVAL), S.REFUSED),
    "taken_back": ((*_ENTRY, S.WORKING, S.APPROVAL, S.COOLING), S.WITHDRAWN),
    "disowned": ((*_ENTRY, S.WORKING, S.APPROVAL, S.COOLING, *_ANSWERED), S.REFUSED),
    "closed_unproven": (_ENTRY, S.UNPROVEN),
    "joined": (_ENTRY, S.JOINED),
    "fetched": ((S.DONE,), None),
    "recipient_told": ((S.WORKING, S.APPROVAL, S.COOLING, *_ANSWERED), None),
    "recipient_not_told": ((S.WORKING, S.APPROVAL, S.COOLING, *_ANSWERED), None),
    "directed": ((*_ENTRY, S.WORKING), None),
    "undirected": ((*_ENTRY, S.WORKING), None),
    "sent_on": (_ANSWERED, None),
    "delivered_there": (_ANSWERED, None),
    "taken_in_there": (_ANSWERED, None),
    "refused_there": (_ANSWERED, None),
    "not_delivered": (_ANSWERED, None),
}
_NOT_NOW = "Request {number} is {state}, so this cannot be done with it now. Nothing was changed."


def locked(request_id: uuid.UUID) -> RightsRequest:
    """The row as it is now, held until the caller's transaction ends. Raises NotFound."""
    row = RightsRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound("request_not_found", "There is no such request here.")
    unlock([row])
    return row


def move(request: RightsRequest, what: str, *, by: Actor, reason: str = "") -> RequestStep:
    """Make the move in the caller's transaction, on a row from `locked`; the caller saves other columns first.

    reason  words of whoever moved it; sealed
    Raises Refused when the request is not in a state for it.
    """
    states, following = MOVES[what]
    if request.state not in states:
        raise Refused(
            "request_state", _NOT_NOW.format(number=request.number, state=RequestState(request.state).label)
        )
    if following is not None:
        request.state = following
        request.closed_at = None if request.is_open else now()
        request.save(update_fields=["state", "closed_at"])
    entry = record(
        f"rights.{what}", by=by, person=request.person_id, request=request.number, kind=request.kind
    )
    live.touch("rights")
    live.touch("rights", request.id)
    said = storable(reason).strip() if request.subject_id else ""  # of somebody erased nothing more is kept
    return RequestStep.objects.create(
        request=request, what=what, at=now(), by_kind=by.noted_kind, by_agent=by.agent_id,
        subject_id=request.subject_id, reason=said or None, entry_uid=entry.uid,
    )  # fmt: skip
