"""Which of many persons may never get a key again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.keystore.router import KEYS


def fenced_among(person_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Asked of the key store itself, not of keys at hand."""
    rows = PersonKey.objects.using(KEYS).filter(person_id__in=set(person_ids), state=KeyState.ERASED)
    return set(rows.values_list("person_id", flat=True))
