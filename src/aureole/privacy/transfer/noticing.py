"""Whoever got a package is told what is done with its person's data afterwards (GDPR Art. 19): the sender's side.

Every action that changes a person calls `notify_holders` in its own transaction, so a page or a command cannot forget
it. The worker gives the notice once it is known whether the package arrived, again and again while the peer is away.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Broken, NotFound
from aureole.kernel.ids import new_id
from aureole.kernel.jobs import store_job
from aureole.kernel.retrying import TRYING_DAYS
from aureole.ledger.record import record
from aureole.ledger.verifier import Flaw
from aureole.privacy.models import NoticeEvent, NoticeOutcome, SentNotice, SentState, SentTransfer
from aureole.privacy.transfer import documents, speaking
from aureole.privacy.transfer.errors import Declined, PeerAway
from aureole.privacy.transfer.patience import wait_after

FIELDS = (
    "name", "pronouns", "postal_address", "language", "time_zone", "birth_date", "identifier", "statement"
)  # fmt: skip
"""What may have been corrected, by the names both sides know."""
_NOTHING = "nothing_held"


def holders(person_id: uuid.UUID) -> list[SentTransfer]:
    """Transfers of theirs whose package the peer has, may have, or gets yet. One statement."""
    rows = SentTransfer.objects.filter(person_id=person_id).exclude(state=SentState.REFUSED)
    return [sent for sent in rows.only(*_SEEN) if may_hold(sent)]


_SEEN = ("state", "offer", "closing", "person_id", "peer_id")


def may_hold(sent: SentTransfer) -> bool:
    """Also of what was taken back or failed: it may have been taken in before either side heard of the other's end."""
    if sent.state == SentState.REFUSED:
        return False
    if sent.state in (SentState.WITHDRAWN, SentState.FAILED):
        return bool(sent.offer) and _event_of(sent.closing) != "refused"
    return True


def _event_of(closing: str) -> str:
    """What a receipt says that was verified before it was kept."""
    return str(json.loads(closing)["payload"]["event"]) if closing else ""


def notify_holders(
    person_id: uuid.UUID,
    event: NoticeEvent,
    *,
    by: Actor,
    fields: Collection[str] = (),
    request_id: uuid.UUID | None = None,
) -> int:
    """Queue a notice to each controller that got a package of theirs, in the caller's transaction. How many."""
    return notify(holders(person_id), event, by=by, fields=fields, request_id=request_id)


def notify(
    transfers: Iterable[SentTransfer],
    event: NoticeEvent,
    *,
    by: Actor,
    fields: Collection[str] = (),
    request_id: uuid.UUID | None = None,
) -> int:
    """One that has not left yet takes up what is corrected next, so that an afternoon's corrections are one notice.

    fields  names from `FIELDS`, for a correction
    Returns for how many transfers. Raises Broken for another field.
    """
    if set(fields) - set(FIELDS):
        raise Broken("notice_field_unknown", "A notice was to name a field that is not in its list.")
    done = 0
    for sent in transfers:
        done += 1
        if event == NoticeEvent.CORRECT and _joined(sent, fields, request_id):
            continue
        notice = SentNotice.objects.create(
            id=new_id(),
            sent=sent,
            request_id=request_id,
            event=event,
            fields=sorted(fields),
            created_at=now(),
        )
        record("transfer.notice_begun", by=by, person=sent.person_id, event=str(event))
        give_later(notice.id)
    return done


def _joined(sent: SentTransfer, fields: Collection[str], request_id: uuid.UUID | None) -> bool:
    rows = SentNotice.objects.select_for_update(of=("self",)).filter(sent=sent, answered_at=None)
    same = rows.filter(event=NoticeEvent.CORRECT, request_id=request_id, document="", closed_at=None)
    notice = same.order_by("-created_at").first()
    if notice is None:
        return False
    notice.fields = sorted({*notice.fields, *fields})
    notice.save(update_fields=["fields"])
    return True


def give_later(notice_id: uuid.UUID, *, at: datetime | None = None) -> None:
    """Store the job in the caller's transaction; one after another, should there be two."""
    store_job("privacy.give_notice", notice_id=notice_id, at=at, lock=f"notice:{notice_id}")


def give_waiting(sent: SentTransfer) -> None:
    """It is known now what became of the package: give what waited for that. On a row the caller holds."""
    open_ones = SentNotice.objects.filter(sent=sent, answered_at=None, closed_at=None)
    for notice_id in open_ones.values_list("pk", flat=True):
        give_later(notice_id)


def give_waiting_notice(notice_id: uuid.UUID) -> bool:
    """Whether the peer acknowledged it now. What has to be tried again is a job again."""
    notice = _due(notice_id)
    if notice is None:
        return False
    peer = notice.sent.peer
    try:
        answer = speaking.give_notice(peer, notice.document)
        documents.read_acknowledgement(answer, notice.document, signer=peer.fingerprint)
    except PeerAway as away:
        return _wait(notice_id, str(away))
    except Declined as declined:
        gone = declined.code == "unknown_transfer" and notice.sent.state in _NEVER_THERE
        return _close(notice_id, _NOTHING if gone else declined.code)
    except Flaw:
        return _close(notice_id, "answer_unsound")
    with transaction.atomic():
        rows = SentNotice.objects.filter(pk=notice_id, answered_at=None)
        if rows.update(answer=answer, answered_at=now(), trouble="", next_at=None, closed_at=None):
            record("transfer.notice_answered", by=Actor.system(), person=notice.sent.person_id)
    live.touch("transfers")
    return True


_NEVER_THERE = (SentState.WITHDRAWN, SentState.FAILED)


def _due(notice_id: uuid.UUID) -> SentNotice | None:
    """With its document, which is made now: until then it could take up more. The transfer is held meanwhile, so that
    its end and this cannot miss each other."""
    with transaction.atomic():
        notice = _locked(notice_id, with_sent=True)
        if notice is None:
            return None
        sent = notice.sent
        if notice.next_at is not None and notice.next_at > now():
            return None  # an earlier job, from before somebody had it tried at once
        if sent.peer.removed_at is not None:
            _close(notice_id, "peer_removed")
            return None
        if not may_hold(sent):
            _close(notice_id, _NOTHING)
            return None
        if sent.state == SentState.WAITING:
            SentNotice.objects.filter(pk=notice_id).update(trouble="undelivered", next_at=None)
            return None
        if not notice.document:
            event = NoticeEvent(notice.event)
            notice.document = documents.make_notice(notice.id, sent.offer, event, notice.fields)
            notice.save(update_fields=["document"])
        return notice


def _locked(notice_id: uuid.UUID, *, with_sent: bool = False) -> SentNotice | None:
    """One that is open. The transfer before its notice, in the order in which everybody holds them."""
    if with_sent:
        rows = SentTransfer.objects.select_for_update(of=("self",))
        list(rows.filter(notices=notice_id).only("id"))
    found = SentNotice.objects.select_for_update(of=("self",)).select_related("sent__peer")
    return found.filter(pk=notice_id, answered_at=None, closed_at=None).first()


def _wait(notice_id: uuid.UUID, trouble: str) -> bool:
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice is None:
            return False
        if now() - notice.created_at > timedelta(days=TRYING_DAYS):
            return _close(notice_id, trouble)
        notice.attempts += 1
        notice.trouble, notice.next_at = trouble, now() + wait_after(notice.attempts)
        notice.save(update_fields=["attempts", "trouble", "next_at"])
        give_later(notice_id, at=notice.next_at)
    live.touch("transfers")
    return False


def _close(notice_id: uuid.UUID, trouble: str) -> bool:
    """It is not tried again by itself."""
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice is not None:
            notice.trouble, notice.closed_at, notice.next_at = trouble, now(), None
            notice.save(update_fields=["trouble", "closed_at", "next_at"])
            outcome = "not_needed" if trouble == _NOTHING else "given_up"
            record("transfer.notice_ended", by=Actor.system(), person=notice.sent.person_id, outcome=outcome)
            live.touch("transfers")
    return False


def accept_outcome(text: str) -> None:
    """The peer says what its officers made of a notice. Said again it changes nothing. Raises Declined."""
    try:
        said = documents.read(text, documents.OUTCOME)
        notice_id, outcome = uuid.UUID(str(said.get("notice"))), NoticeOutcome(str(said.get("outcome")))
    except (Flaw, ValueError):
        raise Declined("forged") from None
    with transaction.atomic():
        rows = SentNotice.objects.select_for_update(of=("self",)).select_related("sent__peer")
        notice = rows.filter(pk=notice_id).exclude(document="").first()
        if notice is None:
            raise Declined("unknown_transfer")
        try:
            documents.read_outcome(text, notice.document, signer=notice.sent.peer.fingerprint)
        except Flaw:
            raise Declined("forged") from None
        if notice.outcome:
            return
        notice.outcome, notice.closing, notice.decided_at = outcome, text, now()
        notice.save(update_fields=["outcome", "closing", "decided_at"])
        record(
            "transfer.notice_outcome", by=Actor.system(), person=notice.sent.person_id, outcome=str(outcome)
        )
    live.touch("transfers")


def transfer_of_notice(notice_id: uuid.UUID) -> uuid.UUID:
    """Of which transfer a notice of ours is. Raises NotFound."""
    found = SentNotice.objects.filter(pk=notice_id).values_list("sent_id", flat=True).first()
    if found is None:
        raise NotFound("notice_not_found", "There is no such notice to another controller here.")
    return found


def notices_of_request(request_id: uuid.UUID) -> QuerySet[SentNotice]:
    """What others were told because of a request, and of the package that it sent; the oldest first."""
    mine = Q(request_id=request_id) | Q(sent__request_id=request_id)
    return SentNotice.objects.filter(mine).select_related("sent__peer").order_by("created_at", "id")
