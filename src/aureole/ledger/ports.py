"""What the ledger needs from above: pseudonyms, and a place to seal details. The vault fills it."""

from __future__ import annotations

import uuid
from typing import Protocol

from aureole.kernel.errors import Broken


class Confidant(Protocol):
    """Keeps what the ledger itself must not hold."""

    def pseudonym(self, person_id: uuid.UUID) -> bytes:
        """16 bytes that stand for the person and mean nothing once the person's keys are destroyed."""
        ...

    def seal_detail(self, person_id: uuid.UUID, entry_uid: uuid.UUID, detail: bytes) -> bytes:
        """`detail` sealed under the person's evidence key, bound to the entry."""
        ...

    def open_detail(self, person_id: uuid.UUID, entry_uid: uuid.UUID, sealed: bytes) -> bytes | None:
        """The detail, or None when the key is destroyed."""
        ...


_confidant: Confidant | None = None


def fill(confidant: Confidant) -> None:
    global _confidant
    _confidant = confidant


def confidant() -> Confidant:
    if _confidant is None:
        raise Broken("ledger_port_empty", "The ledger was used before the vault was ready.")
    return _confidant


class Signer(Protocol):
    """Signs for the log, with a key the ledger never sees. Ed25519 (RFC 8032)."""

    def public_key(self) -> bytes:
        """32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        ...


_signer: Signer | None = None


def fill_signer(signer: Signer) -> None:
    global _signer
    _signer = signer


def signer() -> Signer:
    if _signer is None:
        raise Broken("ledger_port_empty", "The ledger was used before the vault was ready.")
    return _signer
