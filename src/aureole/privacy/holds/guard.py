"""What deletes asks here, inside its own transaction; whoever places a hold waits for it, and it for them.

Placing takes an advisory lock alone, deleting shares it. So a hold is committed either before a deleting
transaction looks, and then it wins, or after that transaction has ended, and then it is refused for what is gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet

from aureole.kernel.errors import Refused
from aureole.privacy.models import Hold

CODE = "legal_hold"
_LOCK = 0x401D  # number of the advisory lock between placing holds and deleting


def place_alone() -> None:
    """First thing in a transaction that places a hold."""
    _lock("SELECT pg_advisory_xact_lock(%s)")


def delete_together_with_others() -> None:
    """First thing in a transaction that deletes; what is read of holds after it stays true until it ends."""
    _lock("SELECT pg_advisory_xact_lock_shared(%s)")


def _lock(statement: str) -> None:
    if not connection.in_atomic_block:
        raise TypeError("A hold means something only inside the transaction that deletes.")
    with connection.cursor() as cursor:
        cursor.execute(statement, [_LOCK])


def in_force() -> QuerySet[Hold]:
    return Hold.objects.filter(released_at=None)


def held_persons() -> QuerySet[Hold, uuid.UUID]:
    """Ids of persons of whom anything is held, for use in a query."""
    return in_force().values_list("person_id", flat=True)


def held_whole() -> QuerySet[Hold, uuid.UUID]:
    """Ids of persons held as a whole."""
    return in_force().filter(table="").values_list("person_id", flat=True)


def held_rows(table: str) -> QuerySet[Hold, uuid.UUID | None]:
    """Ids of held rows of a table, for use in a query."""
    return in_force().filter(table=table).values_list("row_id", flat=True)


def refuse_held(person_ids: Collection[uuid.UUID]) -> None:
    """Take the lock, then raise Refused when anything of these persons is held."""
    delete_together_with_others()
    if person_ids and in_force().filter(person_id__in=person_ids).exists():
        raise Refused(
            "erasure_held",
            "A legal hold was placed meanwhile. What it covers is untouched, the erasure stands still and goes on "
            "by itself once the hold is released.",
        )
