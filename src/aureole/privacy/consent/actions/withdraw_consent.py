from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.consent.sending import hold, known, stop
from aureole.privacy.models import Consent, ConsentEnd
from aureole.privacy.standing import keep_standing


def withdraw_consent(*, person_id: uuid.UUID, purpose: str, by: Actor) -> int:
    """Take a consent back (GDPR Art. 7(3)): what waits to be sent for it is stopped in the same transaction.

    Returns how many mails were stopped. A second time does nothing. What was sent before stays lawful, and the
    record stays as evidence of that. Raises Refused for a purpose that does not rest on consent.
    """
    if known(purpose).basis != "consent":
        raise Refused(
            "consent_not_needed",
            f"{purpose!r} does not rest on consent, so there is none to withdraw. Nothing was changed.",
        )
    with transaction.atomic():
        hold(person_id)
        if not end_consents(person_id, purpose):
            return 0
        stopped = stop(person_id, purpose)
        record("consent.withdrawn", by=by, person=person_id, stopped=stopped, details={"purpose": purpose})
    return stopped


def end_consents(person_id: uuid.UUID, purpose: str, end: ConsentEnd = ConsentEnd.WITHDRAWN) -> int:
    """The yes that counts, if there is one, counts no more, also after a restore; in the caller's transaction."""
    given = list(Consent.objects.filter(person_id=person_id, purpose=purpose, ended_at=None).defer("wording"))
    for consent in given:
        consent.ended_at, consent.end = now(), end
        consent.save(update_fields=["ended_at", "end"])
        keep_standing(consent, person_id=person_id)
    return len(given)
