from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.privacy.consent.actions.withdraw_consent import end_consents
from aureole.privacy.consent.sending import hold
from aureole.privacy.models import ConsentEnd
from aureole.privacy.vocabulary import purposes


def end_childs_consents(*, person_id: uuid.UUID, by: Actor) -> int:
    """Whoever was a child nobody answered for has come of age: what they had agreed to alone was no consent (GDPR
    Art. 8(1)) and becomes none by a birthday. How many ended. A second time does nothing.

    Nothing waits to be sent for them: mail that rests on consent was stopped when they were known to be a child.
    """
    with transaction.atomic():
        hold(person_id)
        asked = [one.key for one in purposes() if one.basis == "consent"]
        ended = sum(end_consents(person_id, key, ConsentEnd.UNDERAGE) for key in asked)
        if ended:
            record("consent.childs_ended", by=by, person=person_id, consents=ended)
    return ended
