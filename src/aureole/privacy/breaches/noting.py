"""A breach that is changed: alone, with a step that stays as it was and an entry of the log."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.models import Breach, BreachStep


def open_breach(breach_id: uuid.UUID) -> Breach:
    """The locked row, in the caller's transaction. Raises NotFound; Refused for one that was closed."""
    breach = Breach.objects.select_for_update().filter(pk=breach_id).first()
    if breach is None:
        raise NotFound("breach_not_found", "There is no such breach in the register.")
    if breach.closed_at is not None:
        raise Refused(
            "breach_closed",
            "This breach was closed; its entry stays as it is. Record a new one if something new came to light.",
        )
    return breach


def note(
    breach: Breach, what: str, *, by: Actor, said: Mapping[str, Any] | None = None, **facts: Any
) -> None:
    """In the caller's transaction."""
    BreachStep.objects.create(
        breach=breach, at=now(), what=what, by_kind=by.noted_kind, by_agent=by.agent_id, said=dict(said or {})
    )
    record(f"privacy.breach_{what}", by=by, breach=breach.number, **facts)
    live.touch("breaches")
