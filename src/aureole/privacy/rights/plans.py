"""What carrying out a request would do, as things stand now: an erasure, or one that keeps the conversations."""

from __future__ import annotations

import uuid

from aureole.privacy.anonymising.plan import make_anonymising_plan
from aureole.privacy.erasure.plan import Plan, make_plan
from aureole.privacy.models import RightsRequest


def keeps_conversations(request: RightsRequest) -> bool:
    """Whether the frozen plan anonymises: it says what stays under a pseudonym."""
    return "stays" in (request.plan or {})


def plan_now(person_id: uuid.UUID, *, anonymise: bool) -> Plan:
    """Raises NotFound when there is no such person."""
    return make_anonymising_plan(person_id) if anonymise else make_plan(person_id)
