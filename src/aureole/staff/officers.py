"""Who answers for requests of persons: the rights desk writes to them; and who signs in here at all."""

from __future__ import annotations

import uuid

from aureole.people import colleagues
from aureole.privacy.rights import ports
from aureole.staff.models import Agent
from aureole.staff.permissions import PERMISSIONS


def _answering(owner_id: uuid.UUID | None) -> list[uuid.UUID]:
    """The owner's person; everybody whose role handles requests while nobody, or nobody who is left, took it on."""
    active = Agent.objects.filter(is_active=True, role__in=PERMISSIONS["rights.handle"])
    persons = active.filter(pk=owner_id) if owner_id else active.none()
    return list((persons or active).order_by("created_at").values_list("person_id", flat=True))


def _signs_in(person_id: uuid.UUID) -> bool:
    return Agent.objects.filter(person_id=person_id).exists()


def register() -> None:
    colleagues.fill(_signs_in)
    ports.fill_officers(_answering)
