"""A breach that somebody is affected by."""

from __future__ import annotations

from datetime import timedelta

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.people.models import Person
from aureole.privacy.breaches.actions.bound_breach import bound_breach
from aureole.privacy.breaches.actions.record_breach import record_breach
from aureole.privacy.breaches.affected import find
from aureole.privacy.models import Breach


def breach_of(*persons: Person, by: Actor | None = None) -> Breach:
    """Noticed an hour ago, bounded to these persons, and found."""
    actor = by or Actor.operator()
    breach = record_breach(
        title="Lost list", facts="A list was left on a train.", lost=True, noticed_at=now() - timedelta(hours=1),
        by=actor,
    )  # fmt: skip
    bound_breach(breach_id=breach.id, scope="persons", persons=[person.id for person in persons], by=actor)
    find(breach.id)
    return Breach.objects.get(pk=breach.pk)
