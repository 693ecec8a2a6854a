from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import AnswerReading
from aureole.privacy.redaction.reading_answer import read_for, refuse_unless_redactable
from aureole.privacy.rights.moving import locked


def read_answer(*, request_id: uuid.UUID, by: Actor) -> AnswerReading:
    """Read everything that would be handed out, and note each place that tells of somebody else.

    Again it finds what is new; decisions stay where the text around them is the same. The caller has checked that
    `by` may ("rights.handle"). Raises Refused, and NotFound for an erased person.
    """
    with transaction.atomic():
        request = locked(request_id)
        refuse_unless_redactable(request, by.person_id)
        return read_for(request, by)
