"""The vault's side of the ledger's port: pseudonyms and sealed details."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.sealing import context, open_sealed, seal


class VaultConfidant:
    """Pseudonym = HMAC under the person's evidence key, so destroying that key unlinks the log."""

    def pseudonym(self, person_id: uuid.UUID) -> bytes:
        cipher = keyring.cipher_for_sealing((person_id, KeyGroup.EVIDENCE))
        return hmac.digest(cipher.secret, b"ledger pseudonym", hashlib.sha256)[:16]

    def seal_detail(self, person_id: uuid.UUID, entry_uid: uuid.UUID, detail: bytes) -> bytes:
        place = context("ledger_entry_detail", "sealed", entry_uid)
        return seal(detail, person_id=person_id, group=KeyGroup.EVIDENCE, place=place)

    def open_detail(self, person_id: uuid.UUID, entry_uid: uuid.UUID, sealed: bytes) -> bytes | None:
        return open_sealed(bytes(sealed), place=context("ledger_entry_detail", "sealed", entry_uid))
