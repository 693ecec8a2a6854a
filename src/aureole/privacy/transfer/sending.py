"""The sending side: one package to one peer, from where the peer says it stands, until its receipts are here.

Every state is committed before the next thing is said. So a crash anywhere resumes: the offer is said again, and the
peer answers which piece is next or how it ended.
"""

from __future__ import annotations

import base64
import os
import uuid
from datetime import datetime, timedelta

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.kernel.jobs import store_job
from aureole.kernel.retrying import TRYING_DAYS
from aureole.ledger.record import record
from aureole.ledger.verifier import Flaw, verify_receipt
from aureole.privacy.certificate.issue import instance_fingerprint
from aureole.privacy.export.stored import counts_of
from aureole.privacy.models import ExportPackage, SentState, SentTransfer
from aureole.privacy.transfer import documents, sealing, speaking
from aureole.privacy.transfer.ending import close_sent, fail, note_delivery
from aureole.privacy.transfer.errors import Declined, PeerAway
from aureole.privacy.transfer.patience import wait_after
from aureole.privacy.transfer.speaking import Standing
from aureole.vault.files import open_range
from aureole.vault.unlock import unlock

_ASK_AGAIN = timedelta(hours=12)
_AGAIN = ("tampered", "out_of_order", "incomplete")
_MOST_REPEATS = 5
_OPEN = (SentState.WAITING, SentState.DELIVERED)


class _Stopped(Exception):
    """Withdrawn, erased or closed while it was being sent."""


def deliver(transfer_id: uuid.UUID) -> SentState | None:
    """Send, or ask how it stands; None when there is nothing (more) to do. What has to be done later is a job again."""
    sent = _due(transfer_id)
    if sent is None:
        return None
    try:
        standing = _send(sent) if sent.state == SentState.WAITING else speaking.offer(sent.peer, sent.offer)
        return _settle(transfer_id, standing)
    except _Stopped:
        return None
    except PeerAway as away:
        return _wait(transfer_id, str(away))
    except Declined as declined:
        if declined.code in _AGAIN and sent.attempts < _MOST_REPEATS:
            return _wait(transfer_id, declined.code if declined.code == "tampered" else "later")
        return fail(transfer_id, declined.code)


def _due(transfer_id: uuid.UUID) -> SentTransfer | None:
    rows = SentTransfer.objects.filter(pk=transfer_id, state__in=_OPEN)
    sent = rows.select_related("peer", "package__file").first()
    if sent is None:
        return None
    if sent.state == SentState.WAITING and (sent.package is None or sent.until <= now()):
        fail(transfer_id, "package_gone" if sent.until > now() else "run_out")
        return None
    if sent.peer.removed_at is not None:
        if sent.state == SentState.WAITING:
            fail(transfer_id, "peer_removed")
        return None
    return unlock([sent])[0]


def _send(sent: SentTransfer) -> Standing:
    assert sent.package is not None, "only what has its package is sent"
    if not sent.offer:
        _make_offer(sent, sent.package)
    offer = documents.read_offer(sent.offer)
    key = base64.b64decode(str(sent.key))
    standing = speaking.offer(sent.peer, sent.offer)
    for number in range(standing.next, offer.pieces):
        if standing.closing:
            return standing
        _note_progress(sent.id, number)
        start = number * sealing.PIECE_BYTES
        end = min(offer.size, start + sealing.PIECE_BYTES)
        piece = b"".join(open_range(sent.package.file, start, end))
        sealed = sealing.seal_piece(piece, key, number=number, of=offer.pieces, way=offer.way)
        standing = speaking.give_piece(sent.peer, sent.id, number, sealed)
    _note_progress(sent.id, offer.pieces)
    return standing if standing.receipt or standing.closing else speaking.ask_receipt(sent.peer, sent.id)


def _make_offer(sent: SentTransfer, package: ExportPackage) -> None:
    """Key and offer, once: what is sent again after a crash is the same."""
    card = speaking.card_of(sent.peer)
    if package.file.size > card.most_bytes:
        raise Declined("too_large")
    way = sealing.Way(transfer=sent.id, sender=instance_fingerprint(), receiver=sent.peer.fingerprint)
    key = os.urandom(sealing.KEY_BYTES)
    try:
        sealed = sealing.seal_key(key, card.sealing_key, way)
    except ValueError:
        raise Declined("card_unsound") from None
    counts = {name: n for name, n in counts_of(package).items() if name in ("records", "files")}
    offer = documents.make_offer(
        way=way, sealed_key=sealed, size=package.file.size, sha256=package.sha256, counts=counts
    )
    with transaction.atomic():
        row = _locked(sent.id)
        if row.state != SentState.WAITING:
            raise _Stopped
        row.key, row.offer = base64.b64encode(key).decode(), offer
        row.save(update_fields=["key", "offer"])
    sent.key, sent.offer = row.key, offer


def _locked(transfer_id: uuid.UUID) -> SentTransfer:
    rows = SentTransfer.objects.select_for_update(of=("self",)).select_related("peer")
    row = rows.filter(pk=transfer_id).first()
    if row is None:
        raise NotFound("transfer_not_found", "There is no such transfer here.")
    return row


def _note_progress(transfer_id: uuid.UUID, pieces: int) -> None:
    """Raises _Stopped when it was withdrawn meanwhile: nothing more leaves."""
    rows = SentTransfer.objects.filter(pk=transfer_id, state=SentState.WAITING)
    if not rows.update(sent_pieces=pieces, trouble=""):
        raise _Stopped


def _settle(transfer_id: uuid.UUID, standing: Standing) -> SentState:
    with transaction.atomic():
        sent = _locked(transfer_id)
        if sent.state not in _OPEN:
            return SentState(sent.state)
        try:
            if standing.receipt and not sent.receipt:
                verify_receipt(standing.receipt, sent.offer, expected_key=sent.peer.fingerprint)
                note_delivery(sent, standing.receipt)
            if standing.closing:
                close_sent(sent, standing.closing)
        except Flaw:
            return fail(transfer_id, "receipt_unsound")
        if sent.state == SentState.WAITING:
            return fail(transfer_id, "not_understood")
        if sent.state == SentState.DELIVERED:
            _ask_later(sent)
        return SentState(sent.state)


def _ask_later(sent: SentTransfer) -> None:
    """The peer tells by itself; asking now and then costs nothing, and helps where it cannot reach us."""
    assert sent.delivered_at is not None
    if now() - sent.delivered_at > timedelta(days=TRYING_DAYS):
        sent.next_at = None
        sent.save(update_fields=["next_at"])
        return
    sent.next_at, sent.trouble = now() + _ASK_AGAIN, ""
    sent.save(update_fields=["next_at", "trouble"])
    deliver_later(sent.id, at=sent.next_at)


def _wait(transfer_id: uuid.UUID, trouble: str) -> SentState:
    with transaction.atomic():
        sent = _locked(transfer_id)
        if sent.state not in _OPEN:
            return SentState(sent.state)
        sent.attempts += 1
        sent.trouble, sent.next_at = trouble, now() + wait_after(sent.attempts)
        if sent.state == SentState.WAITING:
            sent.next_at = min(sent.next_at, sent.until)
        sent.save(update_fields=["attempts", "trouble", "next_at"])
        deliver_later(sent.id, at=sent.next_at)
    live.touch("transfers")
    return SentState(sent.state)


def deliver_later(transfer_id: uuid.UUID, *, at: datetime | None = None) -> None:
    """Store the job in the caller's transaction; one after another, should there be two."""
    store_job("privacy.deliver_transfer", transfer_id=transfer_id, at=at, lock=f"transfer:{transfer_id}")


def accept_receipt(text: str) -> None:
    """A peer tells by itself how it ended. Raises Declined for what is not its receipt of something we sent."""
    try:
        said = documents.read(text, documents.RECEIPT)
        transfer_id = uuid.UUID(str(said.get("transfer")))
    except (Flaw, ValueError):
        raise Declined("forged") from None
    with transaction.atomic():
        rows = SentTransfer.objects.select_for_update(of=("self",)).select_related("peer")
        sent = rows.filter(pk=transfer_id).first()
        if sent is None or not sent.offer:
            raise Declined("unknown_transfer")
        try:
            verify_receipt(text, sent.offer, expected_key=sent.peer.fingerprint)
            if sent.state in _OPEN and said.get("event") != "delivered":
                close_sent(sent, text)
        except Flaw:
            raise Declined("forged") from None


def tell_withdrawn(transfer_id: uuid.UUID) -> None:
    """Tell the peer that it was taken back, and keep what it answers. Raises PeerAway to be tried again."""
    sent = (
        SentTransfer.objects.select_related("peer").filter(pk=transfer_id, state=SentState.WITHDRAWN).first()
    )
    if sent is None or not sent.offer or sent.closing:
        return
    try:
        standing = speaking.withdraw(sent.peer, documents.make_withdrawal(sent.offer))
        if standing.closing:
            verify_receipt(standing.closing, sent.offer, expected_key=sent.peer.fingerprint)
    except (Declined, Flaw):
        return  # it never heard of it, or says nothing that can be kept
    SentTransfer.objects.filter(pk=transfer_id).update(closing=standing.closing)


def record_begun(sent: SentTransfer, *, by: Actor, number: int) -> None:
    record("transfer.begun", by=by, person=sent.person_id, request=number)
