"""Whoever got a package is told what is done with its person's data afterwards (GDPR Art. 19), and we are told.

The sender queues a notice in the transaction of what was done, and the worker gives it, again and again while the
peer is away. The receiver keeps it for its officers and signs that it has it; what to do is for people to decide.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Broken
from aureole.kernel.ids import new_id
from aureole.ledger.record import record
from aureole.ledger.verifier import Flaw
from aureole.privacy.models import (
    ArrivedNotice,
    ArrivedTransfer,
    NoticeEvent,
    SentNotice,
    SentState,
    SentTransfer,
)
from aureole.privacy.transfer import documents, speaking
from aureole.privacy.transfer.errors import Declined, PeerAway

FIELDS = ("name", "pronouns", "postal_address", "language", "statement")
"""What may have been corrected, by the names both sides know."""


def holders(person_id: uuid.UUID) -> QuerySet[SentTransfer]:
    """Transfers of theirs that arrived and were not refused: the peer may have taken it in before we heard of it."""
    return SentTransfer.objects.filter(person_id=person_id, delivered_at__isnull=False).exclude(
        state=SentState.REFUSED
    )


def notify_holders(
    person_id: uuid.UUID, event: NoticeEvent, *, by: Actor, fields: Collection[str] = ()
) -> int:
    """Queue a notice to each controller that got a package of theirs, in the caller's transaction. How many."""
    return notify(holders(person_id), event, by=by, fields=fields)


def notify(
    transfers: Iterable[SentTransfer], event: NoticeEvent, *, by: Actor, fields: Collection[str] = ()
) -> int:
    if set(fields) - set(FIELDS):
        raise Broken("notice_field_unknown", "A notice was to name a field that is not in its list.")
    from aureole.privacy.tasks import give_notice

    done = 0
    for sent in transfers:
        notice_id = new_id()
        text = documents.make_notice(notice_id, sent.offer, event, fields)
        SentNotice.objects.create(id=notice_id, sent=sent, event=event, document=text, created_at=now())
        record("transfer.notice_begun", by=by, person=sent.person_id, event=str(event))
        give_notice.defer(notice_id=str(notice_id))
        done += 1
    return done


def give_waiting_notice(notice_id: uuid.UUID) -> bool:
    """Whether the peer acknowledged it now. Raises PeerAway to be tried again; a peer that was removed is not told."""
    notice = SentNotice.objects.select_related("sent__peer").filter(pk=notice_id, answered_at=None).first()
    if notice is None:
        return False
    peer = notice.sent.peer
    if peer.removed_at is not None:
        return _note_trouble(notice, "peer_removed")
    try:
        answer = speaking.give_notice(peer, notice.document)
        documents.read_acknowledgement(answer, notice.document, signer=peer.fingerprint)
    except PeerAway as away:
        _note_trouble(notice, str(away))
        raise
    except Declined as declined:
        return _note_trouble(notice, declined.code)
    except Flaw:
        return _note_trouble(notice, "answer_unsound")
    with transaction.atomic():
        rows = SentNotice.objects.filter(pk=notice_id, answered_at=None)
        if rows.update(answer=answer, answered_at=now(), trouble=""):
            record("transfer.notice_answered", by=Actor.system(), person=notice.sent.person_id)
    live.touch("transfers")
    return True


def _note_trouble(notice: SentNotice, trouble: str) -> bool:
    SentNotice.objects.filter(pk=notice.pk, answered_at=None).update(trouble=trouble)
    return False


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
    answer = documents.make_acknowledgement(text)
    try:
        with transaction.atomic():
            ArrivedNotice.objects.create(
                notice_id=notice_id, arrival=arrival, event=event, fields=fields, document=text, answer=answer,
                created_at=now(),
            )  # fmt: skip
    except IntegrityError:  # the same id at once for another package of theirs: no two notices have one id
        raise Declined("forged") from None
    record("transfer.notice_arrived", by=Actor.system(), person=arrival.person_id, event=str(event))
    live.touch("transfers")
    return answer
