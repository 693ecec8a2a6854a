from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.notification import MISSING, fields_of, missing_of
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.breaches.register import clock_of
from aureole.privacy.models import Breach


def report_breach(
    *,
    breach_id: uuid.UUID,
    by: Actor,
    handed_in_at: datetime | None = None,
    is_last: bool = False,
    delay_reason: str = "",
) -> Breach:
    """Note that a report was handed in to the authority (or, as a processor, to the controller), frozen as it is now.

    Reports may come in phases (GDPR Art. 33(4)); the last one has to be complete. Handing in the first one late takes
    a reason (Art. 33(1)). The caller checked the permission. Raises NotFound, Refused.
    """
    moment = handed_in_at or now()
    said = said_without_names(delay_reason)
    with transaction.atomic():
        breach = open_breach(breach_id)
        if moment > now() or moment < breach.noticed_at:
            raise Refused(
                "breach_handed_in",
                "It was handed in between the moment the breach was noticed and now. Nothing was noted.",
            )
        if breach.completed_at is not None:
            raise Refused("breach_complete", "The last report was handed in already. Nothing was noted.")
        if breach.notified_at is None and clock_of(breach).is_late(moment) and not said:
            raise Refused(
                "breach_delay",
                f"The first report comes later than {breach.hours} hours after the breach was noticed, so the law "
                "wants the reasons for the delay (GDPR Art. 33(1)). Give them; nothing was noted.",
            )
        if is_last:
            _refuse_incomplete(breach)
            breach.completed_at = moment
        breach.delay_reason = breach.delay_reason or said
        breach.notified_at = breach.notified_at or moment
        breach.save(update_fields=["delay_reason", "notified_at", "completed_at"])
        report = fields_of(breach) | {"handed_in_at": moment.isoformat(), "is_last": is_last}
        note(breach, "reported", by=by, said=report, last=int(is_last))
    return breach


def _refuse_incomplete(breach: Breach) -> None:
    missing = missing_of(breach)
    if missing:
        words = ", ".join(MISSING[key] for key in missing)
        raise Refused(
            "breach_incomplete",
            f"The last report has to be complete; missing: {words} (GDPR Art. 33(3)). Nothing was noted.",
        )
