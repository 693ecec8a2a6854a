"""That a list of people was shown: how many, and not who. Each on it is noted once their record is opened."""

from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.ledger.record import record


def note_list(by: Actor, persons: int) -> None:
    """Nothing is noted of an empty one."""
    if persons:
        with transaction.atomic():
            record("people.listed", by=by, persons=persons)
