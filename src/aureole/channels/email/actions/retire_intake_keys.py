from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from aureole.kernel.clock import now
from aureole.vault.files import reseal_file
from aureole.vault.groups import KeyGroup
from aureole.vault.intake import intake_subject
from aureole.vault.keys import erase_keys, states
from aureole.vault.keystore.models import KeyState
from aureole.vault.models import SealedFile

_DAYS_BACK = 60


def retire_intake_keys() -> int:
    """Destroy the intake keys of past days, so that raw mail in old backups stays closed. Returns how many.

    What is still in quarantine is handed to today's key first. Safe to run twice.
    """
    today = now().date()
    retired = 0
    for back in range(2, _DAYS_BACK):
        subject = intake_subject(today - timedelta(days=back))
        if states(subject).get(KeyGroup.CORRESPONDENCE) == KeyState.ACTIVE:
            _hand_over(subject)
            retired += erase_keys(subject, [KeyGroup.CORRESPONDENCE])
    return retired


def _hand_over(subject: uuid.UUID) -> None:
    with transaction.atomic():
        for file in SealedFile.objects.select_for_update().filter(person_id=subject):
            reseal_file(file, person_id=intake_subject())
