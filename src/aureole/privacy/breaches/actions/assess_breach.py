from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.breaches.noting import note, open_breach
from aureole.privacy.models import Breach, BreachRisk


def assess_breach(*, breach_id: uuid.UUID, risk: str, reason: str, by: Actor) -> Breach:
    """Judge what it means for the persons affected, and why; the register keeps the reason for not notifying
    (GDPR Art. 33(5)). It can be judged anew. The caller checked the permission.

    Raises NotFound, Refused for a closed breach, an unknown step, or without a reason.
    """
    if risk not in BreachRisk.values:
        raise Refused("breach_risk", f"Known steps: {', '.join(BreachRisk.values)}. Nothing was changed.")
    said = said_without_names(reason)
    if not said:
        raise Refused("breach_risk_reason", "Say why you judge it so. Nothing was changed.")
    with transaction.atomic():
        breach = open_breach(breach_id)
        breach.risk, breach.risk_reason = risk, said
        breach.save(update_fields=["risk", "risk_reason"])
        note(breach, "assessed", by=by, said={"risk": risk, "reason": said}, risk=risk)
    return breach
