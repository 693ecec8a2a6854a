from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.models import AnswerHit
from aureole.privacy.redaction.actions.decide_hit import note_decision
from aureole.privacy.redaction.marking import forget_marks
from aureole.privacy.redaction.reading_answer import refuse_unless_redactable
from aureole.privacy.redaction.remarks import keep_held_remarks
from aureole.privacy.rights.moving import locked


def take_back_decision(*, request_id: uuid.UUID, hit_id: uuid.UUID, by: Actor) -> int:
    """Undo: the hit is as if nobody had decided; one decided everywhere is undone everywhere. Returns how many.

    A passage marked by hand is no hit any more. Done again, or for a hit that is gone, it changes nothing.
    Raises Refused for a request whose answer is prepared already.
    """
    with transaction.atomic():
        request = locked(request_id)
        refuse_unless_redactable(request, by.person_id)
        hit = AnswerHit.objects.filter(request=request, pk=hit_id).exclude(decision="").first()
        if hit is None:
            return 0
        rows = AnswerHit.objects.filter(request=request)
        rows = rows.filter(value=hit.value, everywhere=True) if hit.everywhere else rows.filter(pk=hit.pk)
        marks = list(rows.filter(kind="marked"))
        keep_held_remarks(rows)
        undone = rows.update(
            decision="", reason="", everywhere=False, by_kind="", by_agent=None, decided_at=None, remark=None
        )  # fmt: skip
        note_decision(request, by, "undone", undone)
        forget_marks(marks)
    return undone
