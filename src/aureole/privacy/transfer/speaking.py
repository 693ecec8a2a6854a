"""What is said to a peer, over HTTP, and what of its answers is believed: signatures, and codes of a closed list."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from typing import Any

from aureole.kernel import wire
from aureole.ledger.verifier import Flaw
from aureole.privacy.models import Peer
from aureole.privacy.transfer import documents
from aureole.privacy.transfer.errors import TROUBLES, Declined, PeerAway

_MOST = 64 * 1024
_LATER = (408, 425, 429, 500, 502, 503, 504)
_TIMEOUT = 60.0  # the last answer comes when the whole package has been read


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What a peer says it takes. sealing_key: X25519, 32 bytes."""

    sealing_key: bytes
    most_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a transfer stands at the peer's; receipts are unverified texts, "" where there is none."""

    next: int
    receipt: str
    closing: str


def card_of(peer: Peer) -> Card:
    """Raises PeerAway, Declined("card_unsound") when it is not signed with the key that is known of it."""
    text = _ask(peer, "card")
    try:
        said = documents.read(text, documents.CARD, signer=peer.fingerprint)
        key = base64.b64decode(said["sealing_key"], validate=True)
        return Card(sealing_key=key, most_bytes=int(said["most_bytes"]))
    except (Flaw, KeyError, TypeError, ValueError, binascii.Error):
        raise Declined("card_unsound") from None


def offer(peer: Peer, text: str) -> Standing:
    return _standing(_ask(peer, "offers", text.encode()))


def give_piece(peer: Peer, transfer_id: uuid.UUID, number: int, sealed: bytes) -> Standing:
    return _standing(_ask(peer, f"{transfer_id}/pieces/{number}", sealed, kind="application/octet-stream"))


def ask_receipt(peer: Peer, transfer_id: uuid.UUID) -> Standing:
    """All pieces are there: the peer verifies the whole and signs."""
    return _standing(_ask(peer, f"{transfer_id}/delivered", b""))


def withdraw(peer: Peer, text: str) -> Standing:
    return _standing(_ask(peer, "withdrawals", text.encode()))


def give_receipt(peer: Peer, text: str) -> None:
    _ask(peer, "receipts", text.encode())


def give_notice(peer: Peer, text: str) -> str:
    """The peer's acknowledgement, unverified."""
    return _ask(peer, "notices", text.encode())


def give_outcome(peer: Peer, text: str) -> None:
    _ask(peer, "outcomes", text.encode())


def _ask(peer: Peer, path: str, body: bytes | None = None, *, kind: str = "application/json") -> str:
    try:
        status, answer = wire.ask(
            f"{peer.address}/transfers/{path}", body=body, kind=kind, most=_MOST, timeout=_TIMEOUT
        )
    except OSError as trouble:
        raise PeerAway("away") from trouble
    text = answer.decode("utf-8", "replace")
    if status in _LATER:
        raise PeerAway("later")
    if status not in (200, 204):
        code = _object(text).get("code")
        raise Declined(str(code) if code in TROUBLES else "not_understood")
    return text


def _standing(text: str) -> Standing:
    said = _object(text)
    try:
        return Standing(next=int(said["next"]), receipt=str(said["receipt"]), closing=str(said["closing"]))
    except (KeyError, TypeError, ValueError):
        raise Declined("not_understood") from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
