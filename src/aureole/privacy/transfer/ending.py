"""How a transfer ends at the sender's: with the peer's receipts, with a failure, or taken back."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.jobs import store_job
from aureole.ledger.record import record
from aureole.ledger.verifier import Flaw, verify_receipt
from aureole.privacy.models import RequestState, RightsRequest, SentState, SentTransfer
from aureole.privacy.rights.letters import tell_moved
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.transfer import documents
from aureole.privacy.transfer.noticing import give_waiting

_OUTCOMES = {"taken_in": SentState.TAKEN_IN, "refused": SentState.REFUSED}
_OPEN = (SentState.WAITING, SentState.DELIVERED)


def note_delivery(sent: SentTransfer, receipt: str) -> None:
    """In the caller's transaction, on a row it holds, with a receipt that was verified."""
    sent.state, sent.receipt, sent.delivered_at = SentState.DELIVERED, receipt, now()
    sent.trouble, sent.attempts, sent.key = "", 0, None
    sent.save()
    counts = documents.read_offer(sent.offer).counts
    record(
        "transfer.delivered", by=Actor.system(), person=sent.person_id,
        records=counts.get("records", 0), files=counts.get("files", 0),
    )  # fmt: skip
    give_waiting(sent)
    _step(sent, "delivered_there")


def close_sent(sent: SentTransfer, closing: str) -> None:
    """With the peer's last word, which is verified here. Raises Flaw."""
    said: dict[str, Any] = verify_receipt(closing, sent.offer, expected_key=sent.peer.fingerprint)
    event = str(said.get("event"))
    if event not in _OUTCOMES:
        raise Flaw("The receipt does not say how it ended.")
    sent.closing = closing
    _end(sent, _OUTCOMES[event], trouble="")
    record("transfer.ended", by=Actor.system(), person=sent.person_id, outcome=event)
    request = _step(sent, f"{event}_there")
    if request is not None:
        tell_moved(request, event, peer=sent.peer.name)


def fail(transfer_id: uuid.UUID, trouble: str) -> SentState:
    """It is not tried again by itself. trouble: a code of `errors.TROUBLES`."""
    with transaction.atomic():
        rows = SentTransfer.objects.select_for_update(of=("self",)).select_related("peer")
        sent = rows.get(pk=transfer_id)
        if sent.state in _OPEN:
            _end(sent, SentState.FAILED, trouble=trouble)
            record("transfer.ended", by=Actor.system(), person=sent.person_id, outcome="failed")
            _step(sent, "not_delivered")
        return SentState(sent.state)


def withdraw_sent(sent: SentTransfer, *, by: Actor, forget: bool = False) -> None:
    """Take it back, in the caller's transaction, on a row it holds; the peer is told and destroys what it has.

    forget  the person is being erased: nothing of it may name them any more
    """
    if sent.state in _OPEN:
        _end(sent, SentState.WITHDRAWN, trouble="withdrawn")
        record("transfer.ended", by=by, person=sent.person_id, outcome="withdrawn")
        if sent.offer:
            store_job("privacy.tell_withdrawn", transfer_id=sent.id)
    if forget:
        sent.person_id = sent.package = sent.key = None
        sent.save(update_fields=["person_id", "package", "key"])


def withdraw_of_request(request_id: uuid.UUID, *, by: Actor) -> int:
    """Take back what is on its way for a request that was disowned. Returns how many."""
    rows = SentTransfer.objects.select_for_update(of=("self",)).filter(request_id=request_id, state__in=_OPEN)
    found = list(rows)
    for sent in found:
        withdraw_sent(sent, by=by)
    return len(found)


def _end(sent: SentTransfer, state: SentState, *, trouble: str) -> None:
    sent.state, sent.trouble, sent.key = state, trouble, None
    sent.closed_at, sent.next_at = now(), None
    sent.save()
    give_waiting(sent)
    live.touch("transfers")


def _step(sent: SentTransfer, what: str) -> RightsRequest | None:
    """A line of the request's timeline, as long as there is somebody whose request it is."""
    if sent.request_id is None or sent.person_id is None:
        return None
    request = locked(sent.request_id)
    if request.state not in (RequestState.EXECUTING, RequestState.DONE):
        return None
    move(request, what, by=Actor.system())
    return request
