"""What a sender says it did since with the person's data (GDPR Art. 19): the receiver's side.

A notice is kept for the officers, acknowledged, and decided by one of them: nothing is done by itself. What they
decided goes back, signed.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.kernel.jobs import store_job
from aureole.ledger.record import record
from aureole.ledger.verifier import Flaw
from aureole.privacy.models import ArrivedNotice, ArrivedState, ArrivedTransfer, NoticeEvent, NoticeOutcome
from aureole.privacy.transfer import documents, speaking
from aureole.privacy.transfer.errors import Declined
from aureole.privacy.transfer.noticing import FIELDS


def accept_notice(text: str) -> str:
    """Keep it for the officers, and our acknowledgement of it. Said again it is answered the same. Raises Declined."""
    try:
        said = documents.read(text, documents.NOTICE)
        sender = documents.signer_of(text, documents.NOTICE)
        notice_id, transfer_id = uuid.UUID(str(said.get("notice"))), uuid.UUID(str(said.get("transfer")))
        event = NoticeEvent(str(said.get("event")))
    except (Flaw, ValueError):
        raise Declined("forged") from None
    with transaction.atomic():
        rows = ArrivedTransfer.objects.select_for_update(of=("self",)).select_related("peer")
        arrival = rows.filter(transfer_id=transfer_id, peer__removed_at=None).first()
        if arrival is None:
            raise Declined("unknown_transfer", HTTPStatus.NOT_FOUND)
        offer = documents.read_offer(arrival.offer)
        if offer.sender != sender or said.get("offer_sha256") != offer.digest:
            raise Declined("forged")
        known = ArrivedNotice.objects.filter(notice_id=notice_id).first()
        if known is not None:
            if known.document != text:
                raise Declined("forged")
            return known.answer
        named = said.get("fields")
        fields = [name for name in FIELDS if isinstance(named, list) and name in named]
        return _keep(arrival, notice_id, event, fields, text)


def _keep(
    arrival: ArrivedTransfer, notice_id: uuid.UUID, event: NoticeEvent, fields: list[str], text: str
) -> str:
    try:
        with transaction.atomic():
            kept = ArrivedNotice.objects.create(
                notice_id=notice_id, arrival=arrival, event=event, fields=fields, document=text,
                answer=documents.make_acknowledgement(text), created_at=now(),
            )  # fmt: skip
    except IntegrityError:  # the same id at once for another package of theirs: no two notices have one id
        raise Declined("forged") from None
    record("transfer.notice_arrived", by=Actor.system(), person=arrival.person_id, event=str(event))
    gone = arrival.state == ArrivedState.TAKEN_IN and arrival.person_id is None
    if gone or arrival.state == ArrivedState.REFUSED:
        decide(kept, NoticeOutcome.NOTHING_HELD, by=Actor.system())
    live.touch("transfers")
    return kept.answer


def decide(notice: ArrivedNotice, outcome: NoticeOutcome, *, by: Actor) -> None:
    """In the caller's transaction, on a row it holds. Decided already, it stays as it was. The sender is told."""
    if notice.outcome:
        return
    notice.outcome, notice.decided_at = outcome, now()
    notice.by_kind, notice.by_agent = by.noted_kind, by.agent_id
    notice.closing = documents.make_outcome(notice.document, outcome)
    notice.save(update_fields=["outcome", "decided_at", "by_kind", "by_agent", "closing"])
    person_id = ArrivedTransfer.objects.filter(pk=notice.arrival_id).values_list("person_id", flat=True).get()
    record("transfer.notice_decided", by=by, person=person_id, outcome=str(outcome))
    store_job("privacy.tell_outcome", notice_id=notice.id)
    live.touch("transfers")


def give_outcome(notice_id: uuid.UUID) -> bool:
    """Tell the sender what was decided. Raises PeerAway to be tried again; a peer that was removed is not told."""
    rows = ArrivedNotice.objects.select_related("arrival__peer").filter(pk=notice_id, told_at=None)
    notice = rows.first()
    if notice is None or not notice.closing or notice.arrival.peer.removed_at is not None:
        return False
    try:
        speaking.give_outcome(notice.arrival.peer, notice.closing)
    except Declined:
        return False  # it does not know us any more; what was decided stays here to be shown
    ArrivedNotice.objects.filter(pk=notice_id).update(told_at=now())
    return True


def undecided() -> QuerySet[ArrivedNotice]:
    """What waits for an officer, the longest first. What was sent with nobody taken in yet is decided with the
    package."""
    rows = ArrivedNotice.objects.filter(outcome="").select_related("arrival__peer")
    return rows.defer("answer", "closing").order_by("created_at", "id")


def decided(*, most: int = 100) -> list[ArrivedNotice]:
    """What was decided last."""
    rows = ArrivedNotice.objects.exclude(outcome="").select_related("arrival__peer")
    return list(rows.defer("answer", "closing").order_by("-decided_at")[:most])


def notice_of(notice_id: uuid.UUID) -> ArrivedNotice:
    """By our id or the sender's. Raises NotFound."""
    rows = ArrivedNotice.objects.select_related("arrival__peer")
    found = rows.filter(pk=notice_id).first() or rows.filter(notice_id=notice_id).first()
    if found is None:
        raise NotFound("notice_not_found", "There is no such notice from another controller here.")
    return found
