"""The vault's side of the ledger's port: pseudonyms and sealed details."""

from __future__ import annotations

import uuid

from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring
from aureole.vault.sealing import context, open_sealed, seal


def detail_place(entry_uid: uuid.UUID) -> bytes:
    """What binds a detail to its entry."""
    return context("ledger_entry_detail", "sealed", entry_uid)


class VaultConfidant:
    """Pseudonym = the mark kept with the person's evidence key: it outlives a new key, and goes with the last."""

    def pseudonym(self, person_id: uuid.UUID) -> bytes:
        return keyring.key_for_sealing((person_id, KeyGroup.EVIDENCE)).mark

    def seal_detail(self, person_id: uuid.UUID, entry_uid: uuid.UUID, detail: bytes) -> bytes:
        return seal(detail, person_id=person_id, group=KeyGroup.EVIDENCE, place=detail_place(entry_uid))

    def open_detail(self, person_id: uuid.UUID, entry_uid: uuid.UUID, sealed: bytes) -> bytes | None:
        return open_sealed(bytes(sealed), place=detail_place(entry_uid))
