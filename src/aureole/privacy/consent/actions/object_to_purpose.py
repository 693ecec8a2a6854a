from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.consent.actions.withdraw_consent import end_consents
from aureole.privacy.consent.sending import hold, known, refuse_erasing, stop, stoppable
from aureole.privacy.models import Objection
from aureole.privacy.ports import directory
from aureole.privacy.standing import keep_standing


def object_to_purpose(*, person_id: uuid.UUID, purpose: str, by: Actor) -> int:
    """Set down a no to a purpose (GDPR Art. 21): what waits to be sent for it is stopped in the same transaction,
    and a consent to it ends.

    Returns how many mails were stopped. A second time does nothing. Against direct marketing the right is absolute
    (Art. 21(2), (3)): whatever the purpose rests on, nothing is weighed. Raises NotFound, and Refused for a purpose
    that a contract or a law requires, against which there is no such right.
    """
    if not stoppable(known(purpose)):
        raise Refused(
            "objection_not_possible",
            f"{purpose!r} rests on a contract or a law, and GDPR Art. 21 gives no right to object to that. "
            "Nothing was changed.",
        )
    if not directory().exists(person_id):
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    with transaction.atomic():
        hold(person_id)
        refuse_erasing(person_id)
        row = {"person_id": person_id, "purpose": purpose}
        objection, is_new = Objection.objects.get_or_create(**row, defaults={"made_at": now()})
        if not is_new:
            return 0
        keep_standing(objection, person_id=person_id)
        end_consents(person_id, purpose)
        stopped = stop(person_id, purpose)
        record("consent.objected", by=by, person=person_id, stopped=stopped, details={"purpose": purpose})
    return stopped
