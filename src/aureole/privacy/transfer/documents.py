"""What two instances say to each other, each document signed: card, offer, receipt, withdrawal.

All are JSON in the one canonical form of `ledger/verifier.py` and name nobody.

card        address, workspace, sealing_key (X25519, base64), most_bytes: what a sender has to know
offer       transfer, from (address), to (fingerprint), sealed_key, size, sha256, pieces, counts, offered_at
receipt     transfer, event (delivered, taken_in, refused), ground, at, offer_sha256, sha256, size, counts
withdrawal  transfer, offer_sha256, at: the sender takes it back
notice      notice (id), transfer, offer_sha256, event (correct, erase, restrict, lift), fields (names), at: what was
            done with the person's data at the sender's since (GDPR Art. 19)
acknowledgement  notice, notice_sha256, transfer, at: the receiver has the notice
outcome     notice, notice_sha256, transfer, outcome, at: what the receiver's officers made of it
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from aureole.kernel.clock import now
from aureole.ledger.verifier import (
    ACKNOWLEDGEMENT,
    NOTICE,
    OFFER,
    OUTCOME,
    RECEIPT,
    TRANSFER_VERSION,
    Flaw,
    offer_digest,
    read_signed,
    verify_answer,
)
from aureole.privacy.certificate.issue import instance_fingerprint, issue_document
from aureole.privacy.export.answer import workspace
from aureole.privacy.export.taking_in import moment_of
from aureole.privacy.transfer import sealing

__all__ = (
    "ACKNOWLEDGEMENT", "CARD", "MOST_BYTES", "NOTICE", "OFFER", "OUTCOME", "RECEIPT", "WITHDRAWAL", "Offer",
)  # fmt: skip

CARD, WITHDRAWAL = "transfer card", "transfer withdrawal"
MOST_BYTES = 2 * 1024 * 1024 * 1024
"""Of a package that is taken in from elsewhere."""


def _issue(kind: str, payload: dict[str, Any]) -> str:
    return issue_document(payload, kind=kind, version=TRANSFER_VERSION)


def read(text: str | bytes, kind: str, *, signer: str | None = None) -> dict[str, Any]:
    """What it says. Raises Flaw, also when it was signed by another key than `signer` (a fingerprint)."""
    said, found = read_signed(text, kind, TRANSFER_VERSION)
    if signer is not None and found != signer:
        raise Flaw("It was signed by another key than the one that is known.")
    return said


def signer_of(text: str | bytes, kind: str) -> str:
    """The fingerprint of whoever signed it. Raises Flaw."""
    return read_signed(text, kind, TRANSFER_VERSION)[1]


def make_card() -> str:
    return _issue(
        CARD,
        {
            "address": settings.AUREOLE_BASE_URL,
            "workspace": workspace(),
            "sealing_key": base64.b64encode(sealing.public_key()).decode(),
            "most_bytes": MOST_BYTES,
            "issued_at": now().isoformat(),
        },
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """An offer whose signature holds. digest: SHA-256 of its text, which receipts commit to."""

    transfer: uuid.UUID
    sender: str
    to: str
    sealed_key: bytes
    size: int
    sha256: str
    pieces: int
    counts: dict[str, int]
    offered_at: Any
    digest: str

    @property
    def way(self) -> sealing.Way:
        return sealing.Way(transfer=self.transfer, sender=self.sender, receiver=self.to)


def make_offer(*, way: sealing.Way, sealed_key: bytes, size: int, sha256: str, counts: dict[str, int]) -> str:
    return _issue(
        OFFER,
        {
            "transfer": str(way.transfer),
            "from": settings.AUREOLE_BASE_URL,
            "to": way.receiver,
            "sealed_key": base64.b64encode(sealed_key).decode(),
            "size": size,
            "sha256": sha256,
            "pieces": sealing.piece_count(size),
            "counts": counts,
            "offered_at": now().isoformat(),
        },
    )


def read_offer(text: str | bytes) -> Offer:
    """Raises Flaw for what was changed, and for what is signed and yet says nothing that can be worked with."""
    said, sender = read_signed(text, OFFER, TRANSFER_VERSION)
    try:
        counts = {str(name): int(count) for name, count in dict(said["counts"]).items()}
        offer = Offer(
            transfer=uuid.UUID(said["transfer"]), sender=sender, to=str(said["to"]),
            sealed_key=base64.b64decode(said["sealed_key"], validate=True),
            size=int(said["size"]), sha256=str(said["sha256"]), pieces=int(said["pieces"]), counts=counts,
            offered_at=moment_of(said["offered_at"]), digest=offer_digest(text),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        raise Flaw("The offer is signed, but it is not as offers are.") from None
    if (
        offer.size < 1
        or offer.pieces != sealing.piece_count(offer.size)
        or set(counts) - {"records", "files"}
    ):
        raise Flaw("The offer is signed, but it is not as offers are.")
    return offer


def make_receipt(offer: Offer, event: str, *, ground: str = "", counts: dict[str, int] | None = None) -> str:
    """event: delivered, taken_in or refused, with a ground (a code)."""
    return _issue(
        RECEIPT,
        {
            "transfer": str(offer.transfer),
            "event": event,
            "ground": ground,
            "at": now().isoformat(),
            "from": offer.sender,
            "offer_sha256": offer.digest,
            "sha256": offer.sha256,
            "size": offer.size,
            "counts": offer.counts if counts is None else counts,
        },
    )


def make_withdrawal(offer_text: str) -> str:
    offer = read_offer(offer_text)
    return _issue(
        WITHDRAWAL,
        {"transfer": str(offer.transfer), "offer_sha256": offer.digest, "at": now().isoformat()},
    )


def make_notice(notice_id: uuid.UUID, offer_text: str, event: str, fields: Collection[str]) -> str:
    """fields: names of what was corrected, no values; the receiver asks the person, or takes a new package."""
    offer = read_offer(offer_text)
    return _issue(
        NOTICE,
        {
            "notice": str(notice_id), "transfer": str(offer.transfer), "offer_sha256": offer.digest,
            "event": event, "fields": sorted(fields), "at": now().isoformat(),
        },
    )  # fmt: skip


def make_acknowledgement(notice_text: str) -> str:
    return _issue(ACKNOWLEDGEMENT, _about(notice_text))


def make_outcome(notice_text: str, outcome: str) -> str:
    """outcome: a `NoticeOutcome`."""
    return _issue(OUTCOME, _about(notice_text) | {"outcome": outcome})


def _about(notice_text: str) -> dict[str, Any]:
    said = read(notice_text, NOTICE)
    return {
        "notice": said["notice"], "notice_sha256": offer_digest(notice_text), "transfer": said["transfer"],
        "at": now().isoformat(),
    }  # fmt: skip


def read_acknowledgement(text: str, notice_text: str, *, signer: str) -> dict[str, Any]:
    """Raises Flaw unless it was signed by `signer`, of this very notice."""
    return verify_answer(text, notice_text, kind=ACKNOWLEDGEMENT, expected_key=signer)


def read_outcome(text: str, notice_text: str, *, signer: str) -> dict[str, Any]:
    """The same of what was decided there."""
    return verify_answer(text, notice_text, kind=OUTCOME, expected_key=signer)


def is_for_us(offer: Offer) -> bool:
    return offer.to == instance_fingerprint()
