"""A new wrapping key under the present root key, and every key wrapped anew; then the retired ones go.

Runs beside everything else: keys stay the same, readers find them under either wrapping key. Killed at any
point, the next run goes on where this one was: what still lies under a former key is counted in the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connections, transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Broken, Refused
from aureole.ledger.record import record
from aureole.vault import wrapping_keys
from aureole.vault.errors import CannotOpen
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import (
    KeyRow,
    context_of,
    destroy_what_is_fenced,
    evict_everybody,
    mark_context_of,
    open_key,
    open_mark,
)
from aureole.vault.keystore.models import WrappingKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.root_key import root_keys
from aureole.vault.root_key.envelope import HEAD
from aureole.vault.system_keys import context_of as system_context_of

BATCH = 500
ONE_AT_A_TIME = 4_115_204_418  # advisory lock
_PASSES = 5  # keys made while a pass runs may still lie under the key before; each pass is one scan

Progress = Callable[[int, int], None]

_UNDER_FORMER = """
    SELECT (SELECT count(*) FROM keystore_person_key WHERE substring(wrapped FROM 1 FOR 10) <> %(head)s)
         + (SELECT count(*) FROM keystore_system_key WHERE substring(wrapped FROM 1 FOR 10) <> %(head)s)
"""
_PERSON_PAGE = """
    SELECT id, person_id, "group", state, generation, wrapped, former, mark FROM keystore_person_key
    WHERE id > %s AND substring(wrapped FROM 1 FOR 10) <> %s ORDER BY id LIMIT %s
"""
# Only what is still as it was read: a key that was fenced, destroyed or exchanged meanwhile is left.
_PERSON_UPDATE = """
    UPDATE keystore_person_key AS held SET wrapped = fresh.wrapped, former = fresh.former, mark = fresh.mark
    FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[])
        AS fresh (id, wrapped_before, former_before, wrapped, former, mark)
    WHERE held.id = fresh.id AND held.state = 1 AND held.wrapped = fresh.wrapped_before
      AND held.former IS NOT DISTINCT FROM fresh.former_before
"""
_SYSTEM_PAGE = """
    SELECT id, name, epoch, wrapped FROM keystore_system_key
    WHERE id > %s AND substring(wrapped FROM 1 FOR 10) <> %s ORDER BY id LIMIT %s
"""
_SYSTEM_UPDATE = """
    UPDATE keystore_system_key AS held SET wrapped = fresh.wrapped
    FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS fresh (id, before, wrapped)
    WHERE held.id = fresh.id AND held.wrapped = fresh.before
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewrapped:
    """What a run did. `under_former` is what is left to do: 0, else run it again."""

    resumed: bool
    person_keys: int
    system_keys: int
    under_former: int


def rotate_root_key(*, by: Actor, progress: Progress = lambda done, of: None) -> Rewrapped:
    """See above. Raises Refused when another run is under way, RootKeyAway, KeyStoreAway, and Broken when a
    key does not open (nothing of it is changed then)."""
    with _alone():
        resumed = _is_under_way()
        if not resumed:
            wrapping_keys.make_wrapping_key()
            evict_everybody()  # so that other processes wrap under it from now on
        head = wrapping_keys.current_head()
        total, persons, systems = under_former(head), 0, 0
        for _ in range(_PASSES):
            destroy_what_is_fenced()  # an erasure that was killed between its steps, or is at it right now
            for count in _wrap_persons(head):
                persons += count
                progress(persons + systems, max(total, persons + systems))
            systems += sum(_wrap_systems(head))
            if _drop_retired():
                break
        evict_everybody()
        with transaction.atomic():
            record("vault.root_key_rotated", by=by, person_keys=persons, system_keys=systems)
        return Rewrapped(
            resumed=resumed, person_keys=persons, system_keys=systems, under_former=under_former(head)
        )


def under_former(head: bytes) -> int:
    """How many keys do not lie under the wrapping key whose envelopes begin so."""
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute(_UNDER_FORMER, {"head": head})
        return int(cursor.fetchone()[0])


@contextmanager
def _alone() -> Iterator[None]:
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise Refused(
                "rotation_under_way",
                "The root key is being rotated already. Nothing was done; wait for it to end.",
            )
    try:
        yield
    finally:
        with connections[KEYS].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _is_under_way() -> bool:
    """A retired wrapping key is still there, and the current one lies under the present root key."""
    with key_store():
        rows = list(WrappingKey.objects.using(KEYS).values_list("wrapped", "retired_at"))
    present = root_keys().present_head
    current = [bytes(wrapped)[:HEAD] == present for wrapped, retired_at in rows if retired_at is None]
    return current == [True] and len(rows) > 1


def _wrap_persons(head: bytes) -> Iterator[int]:
    """How many were wrapped anew, batch by batch."""
    after = 0
    while rows := _page(_PERSON_PAGE, after, head):
        after = rows[-1][0]
        held = [(row[0], KeyRow.of(row[1:])) for row in rows]
        fresh = [(number, key.wrapped, key.former, *_wrap_anew(key)) for number, key in held]
        yield _update(_PERSON_UPDATE, fresh)


def _wrap_anew(row: KeyRow) -> tuple[bytes, bytes | None, bytes | None]:
    """Key, former key and mark under the current wrapping key."""
    try:
        assert row.wrapped is not None, "the query asks for keys that are there"
        secret = open_key(row, row.wrapped, row.generation)
        former = None if row.former is None else open_key(row, row.former, row.generation - 1)
        mark = open_mark(row, secret)
    except CannotOpen:
        raise Broken(
            "wrapped_key_damaged",
            f"A key of person {row.person_id}, group {KeyGroup(row.group).word}, does not open: its row was changed. "
            "Nothing of it was touched. Restore the key store's row from a backup, then run this again.",
        ) from None
    return (
        wrapping_keys.wrap(secret, context_of(row.person_id, row.group, row.generation)),
        former and wrapping_keys.wrap(former, context_of(row.person_id, row.group, row.generation - 1)),
        wrapping_keys.wrap(mark, mark_context_of(row.person_id)) if mark else None,
    )


def _wrap_systems(head: bytes) -> Iterator[int]:
    after = 0
    while rows := _page(_SYSTEM_PAGE, after, head):
        after = rows[-1][0]
        fresh = []
        for number, name, epoch, wrapped in rows:
            context = system_context_of(name, epoch)
            secret = wrapping_keys.unwrap(bytes(wrapped), context)
            fresh.append((number, bytes(wrapped), wrapping_keys.wrap(secret, context)))
        yield _update(_SYSTEM_UPDATE, fresh)


def _page(query: str, after: int, head: bytes) -> list[tuple[Any, ...]]:
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute(query, [after, head, BATCH])
        return list(cursor.fetchall())


def _update(statement: str, fresh: Sequence[tuple[Any, ...]]) -> int:
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*fresh, strict=True)])
        return int(cursor.rowcount)


def _drop_retired() -> bool:
    """False while a key still lies under a retired wrapping key: the database refuses to let that one go."""
    try:
        with key_store(), transaction.atomic(using=KEYS):
            WrappingKey.objects.using(KEYS).filter(retired_at__isnull=False).delete()
    except IntegrityError:
        return False
    return under_former(wrapping_keys.current_head()) == 0
