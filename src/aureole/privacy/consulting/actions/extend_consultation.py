from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.consulting.noting import note, open_consultation, refuse_day, words
from aureole.privacy.consulting.register import clock_of
from aureole.privacy.models import Consultation


def extend_consultation(
    *, consultation_id: uuid.UUID, announced_on: date, reason: str, by: Actor
) -> Consultation:
    """Note that the authority takes longer, on the day it said so, with its reasons (GDPR Art. 36(2)).

    The caller has checked the permission. Noted already, it is given again. Raises Refused for a day after the month
    in which the authority may say so: the eight weeks stand then.
    """
    said = words(reason, needed="Say which reasons the authority gave. Nothing was changed.")
    with transaction.atomic():
        consultation = open_consultation(consultation_id)
        if consultation.extended_on is not None:
            return consultation
        refuse_day(announced_on, not_before=consultation.received_on)
        until = clock_of(consultation).extend_until
        if announced_on > until:
            raise Refused(
                "consultation_extension_late",
                f"The authority could say so until {until}. Its time is not extended; nothing was changed.",
            )
        consultation.extended_on, consultation.extension_reason = announced_on, said
        consultation.reminded_on = None
        consultation.save(update_fields=["extended_on", "extension_reason", "reminded_on"])
        note(consultation, "extended", by=by)
    return consultation
