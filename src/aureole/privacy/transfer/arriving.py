"""The receiving side: offers of known peers, their pieces in order, and the receipt once all of it is there.

Whoever speaks is known by signatures alone. Everything may be said twice: what is known is answered with where it
stands, and nothing is taken twice.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, BinaryIO, cast

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused, note_refusal
from aureole.kernel.jobs import store_job
from aureole.ledger.record import record
from aureole.ledger.verifier import Flaw
from aureole.privacy.export.taking_in import Package, opened_package
from aureole.privacy.models import ArrivedPiece, ArrivedState, ArrivedTransfer, Peer
from aureole.privacy.transfer import documents, sealing
from aureole.privacy.transfer.closing import close_arrival
from aureole.privacy.transfer.documents import Offer
from aureole.privacy.transfer.errors import Declined
from aureole.privacy.transfer.peers import peer_with_key
from aureole.vault.errors import CannotOpen
from aureole.vault.files import delete_files, open_file, seal_file
from aureole.vault.intake import arrival_subject
from aureole.vault.models import SealedFile

OFFER_DAYS = 14
ARRIVING_DAYS = 7
DECIDING_DAYS = 30
MOST_OPEN = 200
_OPEN = (ArrivedState.ARRIVING, ArrivedState.ARRIVED)


def standing(arrival: ArrivedTransfer) -> dict[str, Any]:
    """What a sender is answered: the state, which piece is next, and our receipts."""
    return {
        "state": arrival.state, "next": arrival.received, "receipt": arrival.receipt, "closing": arrival.closing,
    }  # fmt: skip


def accept_offer(text: str) -> dict[str, Any]:
    """Raises Declined."""
    try:
        offer = documents.read_offer(text)
    except Flaw:
        raise Declined("forged") from None
    if not documents.is_for_us(offer):
        raise Declined("not_for_us")
    peer = peer_with_key(offer.sender)
    if peer is None:
        raise Declined("unknown_peer")
    with transaction.atomic():
        arrival = ArrivedTransfer.objects.select_for_update().filter(transfer_id=offer.transfer).first()
        if arrival is None:
            arrival = _begin(text, offer, peer)
        if arrival.offer != text:
            raise Declined("other_offer", HTTPStatus.CONFLICT)
        return standing(arrival)


def _begin(text: str, offer: Offer, peer: Peer) -> ArrivedTransfer:
    if offer.size > documents.MOST_BYTES:
        raise Declined("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not now() - timedelta(days=OFFER_DAYS) < offer.offered_at < now() + timedelta(days=1):
        raise Declined("too_old")
    Peer.objects.select_for_update().get(pk=peer.pk)  # the same offer twice at once, and the limit
    known = ArrivedTransfer.objects.filter(transfer_id=offer.transfer).first()
    if known is not None:
        return known
    if ArrivedTransfer.objects.filter(peer=peer, state__in=_OPEN).count() >= MOST_OPEN:
        raise Declined("too_many", HTTPStatus.TOO_MANY_REQUESTS)
    try:
        sealing.open_key(offer.sealed_key, offer.way)
    except CannotOpen:
        raise Declined("forged") from None
    return ArrivedTransfer.objects.create(
        transfer_id=offer.transfer, peer=peer, offer=text, created_at=now(),
        until=now() + timedelta(days=ARRIVING_DAYS),
    )  # fmt: skip


def accept_piece(transfer_id: uuid.UUID, number: int, sealed: bytes) -> dict[str, Any]:
    """Raises Declined. Nobody but who made the offer can make a piece that opens."""
    with transaction.atomic():
        arrival = _locked(transfer_id)
        if arrival.state != ArrivedState.ARRIVING:
            raise Declined("closed", HTTPStatus.CONFLICT)
        offer = documents.read_offer(arrival.offer)
        if number < arrival.received:
            return standing(arrival)
        if number != arrival.received or number >= offer.pieces:
            raise Declined("out_of_order", HTTPStatus.CONFLICT)
        piece = _opened(sealed, offer, number)
        file = seal_file(piece, person_id=arrival_subject(arrival.id), group="evidence")
        ArrivedPiece.objects.create(arrival=arrival, number=number, file=file)
        arrival.received += 1
        arrival.save(update_fields=["received"])
        return standing(arrival)


def _opened(sealed: bytes, offer: Offer, number: int) -> bytes:
    try:
        key = sealing.open_key(offer.sealed_key, offer.way)
        piece = sealing.open_piece(sealed, key, number=number, of=offer.pieces, way=offer.way)
    except CannotOpen:
        raise Declined("tampered", HTTPStatus.UNPROCESSABLE_ENTITY) from None
    rest = offer.size - number * sealing.PIECE_BYTES
    if len(piece) != min(rest, sealing.PIECE_BYTES):
        raise Declined("tampered", HTTPStatus.UNPROCESSABLE_ENTITY)
    return piece


def _locked(transfer_id: uuid.UUID) -> ArrivedTransfer:
    arrival = ArrivedTransfer.objects.select_for_update().filter(transfer_id=transfer_id).first()
    if arrival is None or arrival.peer.removed_at is not None:
        raise Declined("unknown_transfer", HTTPStatus.NOT_FOUND)
    return arrival


def finish_arrival(transfer_id: uuid.UUID) -> dict[str, Any]:
    """All pieces are there: verify the whole, set it apart, sign the receipt. What is unsound goes at once.

    Raises Declined.
    """
    with transaction.atomic():
        arrival = _locked(transfer_id)
        if arrival.state == ArrivedState.ARRIVING:
            offer = documents.read_offer(arrival.offer)
            if arrival.received < offer.pieces:
                raise Declined("incomplete", HTTPStatus.CONFLICT)
            with tempfile.TemporaryFile() as unnamed:
                _judge(arrival, offer, cast(BinaryIO, unnamed))
        return standing(arrival)


def _judge(arrival: ArrivedTransfer, offer: Offer, stream: BinaryIO) -> None:
    pieces = list(ArrivedPiece.objects.filter(arrival=arrival).select_related("file").order_by("number"))
    seen = hashlib.sha256()
    for piece in pieces:
        for chunk in open_file(piece.file):
            seen.update(chunk)
            stream.write(chunk)
    try:
        if seen.hexdigest() != offer.sha256:
            raise Refused("package_unsound", "It is not what was offered.")
        stream.seek(0)
        with opened_package(stream, expected_key=offer.sender) as package:
            known_as = _known_as(package)
    except Refused as refusal:
        ground = "erased" if refusal.code == "package_of_erased" else "unsound"
        close_arrival(arrival, event="refused", ground=ground, by=Actor.system())
        note_refusal(refusal)  # nothing is undone here: the arrival is closed
        return
    stream.seek(0)
    _set_apart(arrival, offer, stream, known_as, [piece.file for piece in pieces])


def _known_as(package: Package) -> bytes:
    """Raises Refused, by way of `opened_package`, for rows that are not as they should be."""
    person = next(iter(package.rows("people_person")), {})
    identifiers = [[str(row["kind"]), str(row["shown"])] for row in package.rows("people_identifier")]
    said = {"name": str(person.get("name") or ""), "identifiers": identifiers, "origin": package.origin[:120]}
    return json.dumps(said, ensure_ascii=False).encode()


def _set_apart(
    arrival: ArrivedTransfer, offer: Offer, stream: BinaryIO, known_as: bytes, pieces: list[SealedFile]
) -> None:
    subject = arrival_subject(arrival.id)
    arrival.file = seal_file(stream, person_id=subject, group="evidence")
    arrival.known_as = seal_file(known_as, person_id=subject, group="evidence")
    ArrivedPiece.objects.filter(arrival=arrival).delete()
    delete_files(pieces)
    arrival.state, arrival.arrived_at = ArrivedState.ARRIVED, now()
    arrival.until = now() + timedelta(days=DECIDING_DAYS)
    arrival.receipt = documents.make_receipt(offer, "delivered")
    arrival.save()
    record(
        "transfer.arrived", by=Actor.system(),
        records=offer.counts.get("records", 0), files=offer.counts.get("files", 0),
    )  # fmt: skip
    live.touch("transfers")
    if arrival.peer.automatic:
        store_job("privacy.take_in_arrived", arrival_id=arrival.id)


def accept_withdrawal(text: str) -> dict[str, Any]:
    """The sender takes it back, as long as nobody decided. Raises Declined."""
    try:
        said = documents.read(text, documents.WITHDRAWAL)
        sender = documents.signer_of(text, documents.WITHDRAWAL)
        transfer_id = uuid.UUID(str(said.get("transfer")))
    except (Flaw, ValueError):
        raise Declined("forged") from None
    with transaction.atomic():
        arrival = _locked(transfer_id)
        offer = documents.read_offer(arrival.offer)
        if offer.sender != sender or said.get("offer_sha256") != offer.digest:
            raise Declined("forged")
        if arrival.state in _OPEN:
            close_arrival(arrival, event="refused", ground="withdrawn", by=Actor.system())
        return standing(arrival)


@contextmanager
def package_of(arrival: ArrivedTransfer) -> Iterator[BinaryIO]:
    """The package in plain, in an unnamed temporary file. Only of one that waits."""
    assert arrival.file is not None, "only what waits has its file"
    with tempfile.TemporaryFile() as unnamed:
        for chunk in open_file(arrival.file):
            unnamed.write(chunk)
        unnamed.seek(0)
        yield cast(BinaryIO, unnamed)
