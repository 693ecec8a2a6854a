"""What stands for a person in the log: one mark for each record that is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from aureole.ledger.ports import confidant
from aureole.privacy.ports import directory
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import keyring


def records_of(person_id: uuid.UUID) -> list[uuid.UUID]:
    """Those that were merged into the person's, and the person's own, which comes last."""
    return [*directory().formerly(person_id), person_id]


def marks_of(person_id: uuid.UUID) -> list[bytes]:
    """Two queries, one when the keys are at hand. Raises Fenced for an erased person."""
    return marks_of_records(records_of(person_id))


def marks_of_records(records: Sequence[uuid.UUID]) -> list[bytes]:
    """The same for records that are known."""
    keyring.fetch((record_id, KeyGroup.EVIDENCE) for record_id in records)
    return [confidant().pseudonym(record_id) for record_id in records]
