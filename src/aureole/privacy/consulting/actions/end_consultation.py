from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.consulting.noting import note, open_consultation, refuse_day, words
from aureole.privacy.models import Consultation, ConsultationEnd


def end_consultation(
    *, consultation_id: uuid.UUID, end: str, ended_on: date, by: Actor, answer: str = ""
) -> Consultation:
    """Note how it ended: answered by the authority, or taken back. It stays in the register.

    end     a value of ConsultationEnd
    answer  what the authority said; needed for advice and powers, sealed
    The caller has checked the permission. Raises NotFound; Refused for an unknown end, an answer that is missing, a
    consultation that ended, and a day that cannot be.
    """
    if end not in ConsultationEnd.values:
        raise Refused(
            "consultation_end", f"Known ends: {', '.join(ConsultationEnd.values)}. Nothing was changed."
        )
    has_answer = end in (ConsultationEnd.ADVICE, ConsultationEnd.POWERS)
    said = words(answer, needed="Say what the authority answered. Nothing was changed." if has_answer else "")
    with transaction.atomic():
        consultation = open_consultation(consultation_id)
        refuse_day(ended_on, not_before=consultation.received_on)
        consultation.waits.filter(until=None, since__lte=ended_on).update(until=ended_on)
        consultation.ended_on, consultation.end, consultation.answer = ended_on, end, said
        consultation.save(update_fields=["ended_on", "end", "answer"])
        note(consultation, "ended", by=by, end=end)
    return consultation
