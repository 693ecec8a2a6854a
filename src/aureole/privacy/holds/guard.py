"""What deletes asks here, inside its own transaction; whoever places a hold waits for it, and it for them.

Placing takes an advisory lock alone, deleting shares it. So a hold is committed either before a deleting
transaction looks, and then it wins, or after that transaction has ended, and then it is refused for what is gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.privacy.models import Hold
from aureole.privacy.ports import left_when_held

CODE = "legal_hold"
_OF_OTHERS = ' AND NOT "table" = ANY(%s)'
Row = tuple[Any, ...]
_LOCK = 0x401D  # number of the advisory lock between placing holds and deleting
_ERASING = 0x401E  # and of that between erasures
_SHARE = f"SELECT pg_advisory_xact_lock_shared({_LOCK})"
_ALONE = f"SELECT pg_advisory_xact_lock({_ERASING})"
_HELD = (  # a statement of its own: it must see what was committed while the lock was waited for
    f"SELECT 1 FROM {Hold._meta.db_table} WHERE released_at IS NULL AND person_id = ANY(%s)"
)


def place_alone() -> None:
    """First thing in a transaction that places a hold."""
    _in_transaction(f"SELECT pg_advisory_xact_lock({_LOCK})")


def delete_together_with_others() -> None:
    """First thing in a transaction that deletes; what is read of holds after it stays true until it ends."""
    _in_transaction(_SHARE)


def erase_alone() -> None:
    """The same in a transaction of an erasure: one at a time changes rows.

    Two who name each other would else each change what the other is about to delete, and wait for each other.
    """
    _in_transaction(_ALONE, _SHARE)


def _in_transaction(*statements: str, values: Sequence[Any] = ()) -> Row | None:
    """One trip for all statements; the first row of the last one's answer."""
    if not connection.in_atomic_block:
        raise TypeError("A hold means something only inside the transaction that deletes.")
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), values)
        for _ in statements[1:]:
            cursor.nextset()
        found: Row | None = cursor.fetchone()
        return found


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


def is_held(person_id: uuid.UUID) -> bool:
    """Take the lock, then look whether anything of the person is held: it stays so until the transaction ends."""
    return bool(_in_transaction(_SHARE, f"{_HELD} LIMIT 1", values=[[person_id]]))


def held_since(person_id: uuid.UUID) -> datetime | None:
    """When the last hold on anything of the person was placed; None while nothing is held.

    For a write that overwrites words and has rows locked already: it never waits. Where somebody places a hold in this
    very moment, whosever, that is the moment: what is about to be overwritten is kept rather than lost.
    """
    if not connection.in_atomic_block:
        raise TypeError("A hold means something only inside the transaction that overwrites.")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock_shared({_LOCK})")
        if not cursor.fetchone()[0]:
            return now()
    placed = in_force().filter(person_id=person_id).aggregate(last=Max("placed_at"))
    last: datetime | None = placed["last"]
    return last


def refuse_held(person_ids: Collection[uuid.UUID], *, erasing: bool = False) -> None:
    """Take the lock, then raise Refused when anything of these persons is held.

    erasing  an erasure asks, first thing in its transaction: as `erase_alone`
    """
    locks = (_ALONE, _SHARE) if erasing else (_SHARE,)
    if not person_ids:
        _in_transaction(*locks)
    elif _in_transaction(*locks, f"{_HELD} LIMIT 1", values=[list(person_ids)]):
        raise _held_meanwhile()


def refuse_held_of_others(person_ids: Collection[uuid.UUID]) -> None:
    """The same for persons whose rows the erasure of somebody else changes: what is left alone while it is held
    (`ports.leave_when_held`) is no reason."""
    if not person_ids:
        _in_transaction(_SHARE)
    elif _in_transaction(_SHARE, f"{_HELD}{_OF_OTHERS} LIMIT 1", values=[list(person_ids), left_when_held()]):
        raise _held_meanwhile()


def _held_meanwhile() -> Refused:
    return Refused(
        "erasure_held",
        "A legal hold was placed meanwhile. What it covers is untouched, the erasure stands still and goes on "
        "by itself once the hold is released.",
    )


def holds_on(table: str, row_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Hold]:
    """Those in force on these very rows, by row."""
    found = in_force().filter(table=table, row_id__in=list(row_ids)).defer("reason", "release_reason")
    return {hold.row_id: hold for hold in found if hold.row_id is not None}
