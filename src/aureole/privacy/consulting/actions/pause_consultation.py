from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.consulting.noting import note, open_consultation, refuse_day, words
from aureole.privacy.models import Consultation, ConsultationWait


def pause_consultation(*, consultation_id: uuid.UUID, asked_on: date, asked: str, by: Actor) -> Consultation:
    """Note that the authority asked for information: its time stands still until it has it (GDPR Art. 36(2)).

    asked  what it wants to know
    The caller has checked the permission. While it waits already, nothing changes. Raises NotFound; Refused without
    words, for a consultation that ended, and for a day that cannot be.
    """
    said = words(asked, needed="Say what the authority wants to know. Nothing was changed.")
    with transaction.atomic():
        consultation = open_consultation(consultation_id)
        if consultation.waits.filter(until=None).exists():
            return consultation
        refuse_day(asked_on, not_before=consultation.received_on)
        ConsultationWait.objects.create(consultation=consultation, since=asked_on, asked=said)
        note(consultation, "paused", by=by)
    return consultation
