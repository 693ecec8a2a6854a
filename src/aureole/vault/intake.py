"""Whose key seals what has just arrived, before anyone knows whom it concerns.

Raw mail is committed before it is read. Until then it lies under the intake key of its day,
which is no person's; reading it hands the file over to its sender (`files.reseal_file`).
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from aureole.kernel.clock import now
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import erase_keys
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.models import SealedFile

_NAMESPACE = uuid.UUID("6f2d1c52-6a3e-5c0b-9d7e-0a1f3b5c7d9e")


def intake_subject(day: date | None = None) -> uuid.UUID:
    """The id under which the key store keeps the intake key of that day (default: today, UTC)."""
    return uuid.uuid5(_NAMESPACE, f"intake {(day or now().date()).isoformat()}")


def instance_subject() -> uuid.UUID:
    """The id whose keys seal what concerns nobody but the instance (reasons an operator gives)."""
    return uuid.uuid5(_NAMESPACE, "instance")


def arrival_subject(arrival_id: uuid.UUID) -> uuid.UUID:
    """The id whose key seals a package from another instance until somebody decides about it; then it is destroyed."""
    return uuid.uuid5(_NAMESPACE, f"arrival {arrival_id}")


_LOOK_BACK_DAYS = 90


def retire_intake_keys() -> int:
    """Destroy the intake keys of past days under which nothing lies any more; returns how many.

    So a backup taken in the moment between arrival and reading loses what it could open, too. Mail still
    in quarantine keeps the key of its day. The last two days are left to whoever is reading.
    """
    subjects = [intake_subject(now().date() - timedelta(days=back)) for back in range(2, _LOOK_BACK_DAYS)]
    active = PersonKey.objects.filter(person_id__in=subjects, state=KeyState.ACTIVE)
    unread = SealedFile.objects.filter(person_id__in=subjects).values_list("person_id", flat=True)
    idle = set(active.values_list("person_id", flat=True)) - set(unread)
    for subject in idle:
        erase_keys(subject, list(KeyGroup))
    return len(idle)
