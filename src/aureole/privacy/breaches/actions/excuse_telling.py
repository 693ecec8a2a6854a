from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.breaches.actions.tell_affected import refuse_to_tell
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.models import Breach, BreachTelling

_EXCUSES = (BreachTelling.SEALED, BreachTelling.AVERTED, BreachTelling.PUBLIC)


def excuse_telling(*, breach_id: uuid.UUID, ground: str, reason: str, by: Actor) -> Breach:
    """Do not write to each person affected, on a ground of GDPR Art. 34(3), with the reason; `public` needs the words
    of the public notice as its reason. The caller checked the permission.

    Raises NotFound, Refused; also for "sealed" when more than ciphertext was taken.
    """
    said = said_without_names(reason)
    if ground not in _EXCUSES or not said:
        known = ", ".join(_EXCUSES)
        raise Refused("breach_excuse", f"Give a ground ({known}) and the reason. Nothing was changed.")
    with transaction.atomic():
        breach = open_breach(breach_id)
        refuse_to_tell(breach)
        if ground == BreachTelling.SEALED and not breach.sealed_only:
            raise Refused(
                "breach_open",
                "What was taken could be read, as you said when you bounded it, so this ground does not hold "
                "(GDPR Art. 34(3)(a)). Nothing was changed.",
            )
        breach.telling, breach.telling_reason = ground, said
        breach.save(update_fields=["telling", "telling_reason"])
        note(breach, "excused", by=by, said={"ground": ground, "reason": said}, ground=ground)
    return breach
