"""Letters to those affected (GDPR Art. 34): one transaction each, so that everybody gets theirs once."""

from __future__ import annotations

import uuid

from django.db import transaction

from aureole.privacy.breaches.ports import population
from aureole.privacy.models import Breach, BreachPerson, BreachTelling
from aureole.privacy.rights.letters import tell_breach

BATCH = 200


def tell(breach_id: uuid.UUID) -> int:
    """Write to those not written to yet; how many persons. Safe to run twice, and to break off."""
    breach = Breach.objects.filter(pk=breach_id, telling=BreachTelling.TOLD).first()
    told = 0
    while breach is not None:
        waiting = BreachPerson.objects.filter(breach=breach, letters=None).order_by("id")
        batch = list(waiting.values_list("pk", "person_id")[:BATCH])
        if not batch:
            break
        languages = population().languages([person_id for _, person_id in batch])
        for line_id, person_id in batch:
            told += _tell_one(breach, line_id, person_id, languages.get(person_id, "en"))
    return told


def _tell_one(breach: Breach, line_id: uuid.UUID, person_id: uuid.UUID, language: str) -> bool:
    with transaction.atomic():
        line = BreachPerson.objects.select_for_update().filter(pk=line_id, letters=None).first()
        if line is None:
            return False
        twin = BreachPerson.objects.filter(
            breach=breach, person_id=line.person_id, letters__gt=0
        )  # merged since
        if twin.exists():
            line.letters = 0
            line.save(update_fields=["letters"])
            return False
        words = {str(code): str(text) for code, text in breach.telling_words.items()}
        code = language if language in words else "en" if "en" in words else next(iter(words))
        line.letters = tell_breach(person_id, language=code, said=words[code], number=breach.number)
        line.save(update_fields=["letters"])
    return True
