from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.breaches.register import TO_DO, open_duties
from aureole.privacy.models import Breach


def close_breach(*, breach_id: uuid.UUID, remedy: str, by: Actor) -> Breach:
    """Close it with what was done so that it does not happen again. Its entry stays (GDPR Art. 33(5)).

    The caller checked the permission. Raises NotFound; Refused while something the law wants is left to do.
    """
    said = said_without_names(remedy)
    if not said:
        raise Refused(
            "breach_remedy", "Say what was done so that it does not happen again. Nothing was closed."
        )
    with transaction.atomic():
        breach = open_breach(breach_id)
        left = [duty for duty in open_duties(breach) if duty != "close"]
        if left:
            words = "; ".join(TO_DO[duty] for duty in left)
            raise Refused("breach_left", f"Left to do: {words}. Nothing was closed.")
        breach.remedy, breach.closed_at = said, now()
        breach.save(update_fields=["remedy", "closed_at"])
        note(breach, "closed", by=by, said={"remedy": said})
    return breach
