"""Whoever got somebody's data outside of this program, as an officer noted it (GDPR Art. 15(1)(c))."""

from __future__ import annotations

import uuid

from aureole.privacy.export import ports
from aureole.privacy.export.ports import Receiver
from aureole.privacy.models import DisclosedTo, Informing
from aureole.privacy.rights.place import start_of

GETS, WHY = "your data or a part of it, on {day}", "passed on outside of this program, as was noted here"


def noted(person_id: uuid.UUID) -> list[Receiver]:
    """Each once, by what kind it is; another controller that got a package is named by its transfer. One statement."""
    rows = Informing.objects.filter(person_id=person_id).exclude(
        disclosed_to__in=["", DisclosedTo.CONTROLLER]
    )
    found = (
        rows.order_by("disclosed_on", "disclosed_to").values_list("disclosed_on", "disclosed_to").distinct()
    )
    return [
        Receiver(kind=f"noted:{to}", name=str(DisclosedTo(to).label), gets=GETS, why=WHY, at=start_of(day))
        for day, to in found
        if day is not None
    ]


def register() -> None:
    ports.add_receivers_of(noted)
