from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.consulting.noting import note, open_consultation, refuse_day
from aureole.privacy.models import Consultation


def resume_consultation(*, consultation_id: uuid.UUID, given_on: date, by: Actor) -> Consultation:
    """Note that the authority has what it asked for: its time goes on. The caller has checked the permission.

    When it waits for nothing, nothing changes. Raises NotFound; Refused for one that ended or a day that cannot be.
    """
    with transaction.atomic():
        consultation = open_consultation(consultation_id)
        wait = consultation.waits.filter(until=None).first()
        if wait is None:
            return consultation
        refuse_day(given_on, not_before=wait.since)
        wait.until = given_on
        wait.save(update_fields=["until"])
        note(consultation, "resumed", by=by)
    return consultation
