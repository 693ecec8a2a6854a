"""Fresh keys for one person, and everything sealed under the former ones sealed anew; then those are destroyed.

begin > seal anew > wait until nobody can still write under the former key > look once more > destroy it.
While it runs both keys open, new values are sealed under the fresh one, and no reader meets a value that does not
open. Killed at any point, the next run goes on: the former key's presence in its row says so.
"""

from __future__ import annotations

import os
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.models import F

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.vault import wrapping_keys
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import MAX_AGE_SECONDS
from aureole.vault.keys import KEY_BYTES, KeyRow, context_of, evict, mark_context_of, open_key, open_mark
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.sealed_places import heads_of, sealed_places

BATCH = 100
LONGEST_WAIT = 900.0  # seconds for transactions of others; past that the run may be repeated
READERS_SECONDS = 5.0  # between reading a row and opening it, outside any transaction
_ROUNDS = 10
_POLL = 0.05

Progress = Callable[[str], None]
Sleep = Callable[[float], None]

# Every open transaction holds its own virtual id; unlike pg_stat_activity, everybody may see that.
_OPEN_TRANSACTIONS = """
    SELECT held.virtualtransaction FROM pg_locks AS held
    JOIN pg_stat_activity AS session ON session.pid = held.pid AND session.datname = current_database()
    WHERE held.locktype = 'virtualxid' AND held.granted AND held.pid <> pg_backend_pid()
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resealed:
    """What a run did: whose groups got a key, and how many values were sealed anew, per place."""

    resumed: bool
    groups: tuple[str, ...]
    values: dict[str, int]


def rotate_person_keys(
    person_id: uuid.UUID,
    *,
    by: Actor,
    progress: Progress = lambda _: None,
    age: float = MAX_AGE_SECONDS,
    sleep: Sleep = time.sleep,
) -> Resealed:
    """See above; takes a little longer than `age`, the seconds for which a process may hold a key.

    Raises NotFound for somebody without keys, Refused when somebody's transaction stays open for too long,
    Fenced when the person is erased meanwhile, RootKeyAway, KeyStoreAway. All of them leave every value readable.
    """
    resumed = _has_former(person_id)
    if not resumed:
        progress("fresh keys")
        _begin(person_id)
    evict(person_id)
    begun = time.monotonic()
    former = _former(person_id)
    progress("sealing anew")
    values = Counter[str]()
    _sweep(person_id, former.heads, values)
    progress(f"waiting until every process has let go of the former keys, {age:.0f} s at most")
    sleep(max(0.0, age - (time.monotonic() - begun)))
    for _ in range(_ROUNDS):
        progress("waiting for open transactions")
        _wait_for_open_transactions(sleep)
        if not _sweep(person_id, former.heads, values) + _sweep_strays(former.heads, values):
            break
        sleep(READERS_SECONDS)
    else:
        raise _others_too_busy()
    progress("destroying the former keys")
    _end(person_id, former, values.total(), by)
    return Resealed(resumed=resumed, groups=former.groups, values=dict(values))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Former:
    """Keys about to go, and how the values begin that they sealed."""

    groups: tuple[str, ...]
    heads: frozenset[bytes]


def _rows(person_id: uuid.UUID) -> list[KeyRow]:
    rows = PersonKey.objects.using(KEYS).select_for_update().filter(
        person_id=person_id, state=KeyState.ACTIVE
    )  # fmt: skip
    return [KeyRow.of(values) for values in rows.order_by("group").values_list(*KeyRow._fields)]


def _has_former(person_id: uuid.UUID) -> bool:
    with key_store():
        return PersonKey.objects.using(KEYS).filter(person_id=person_id, former__isnull=False).exists()


def _former(person_id: uuid.UUID) -> _Former:
    rows = PersonKey.objects.using(KEYS).filter(person_id=person_id, former__isnull=False)
    with key_store():
        found = list(rows.order_by("group").values_list("group", "generation"))
    return _Former(
        groups=tuple(KeyGroup(group).word for group, _ in found),
        heads=frozenset(h for group, generation in found for h in heads_of(person_id, group, generation - 1)),
    )


def _begin(person_id: uuid.UUID) -> None:
    """The next generation of every key the person has: all of them or none."""

    def write() -> None:
        with transaction.atomic(using=KEYS):
            rows = _rows(person_id)
            if not rows:
                raise NotFound(
                    "person_without_keys", "The key store has no key of such a person. Nothing was changed."
                )
            for row in rows:
                _give_next(row)

    wrapping_keys.store(write)


def _give_next(row: KeyRow) -> None:
    assert row.wrapped is not None, "the database holds that an active row has a key"
    secret = open_key(row, row.wrapped, row.generation)
    mark = open_mark(row, secret)
    following = row.generation + 1
    PersonKey.objects.using(KEYS).filter(person_id=row.person_id, group=row.group).update(
        generation=F("generation") + 1,
        wrapped=wrapping_keys.wrap(os.urandom(KEY_BYTES), context_of(row.person_id, row.group, following)),
        former=wrapping_keys.wrap(secret, context_of(row.person_id, row.group, row.generation)),
        mark=wrapping_keys.wrap(mark, mark_context_of(row.person_id)) if mark else None,
        rotated_at=now(),
    )


def _sweep(person_id: uuid.UUID, heads: Collection[bytes], values: Counter[str]) -> int:
    """Seal anew what in the person's rows lies under a former key; how many values that were."""
    before = values.total()
    for place in sealed_places():
        after = None
        while True:
            rows = place.rows_of(person_id)
            with transaction.atomic():
                page = list((rows if after is None else rows.filter(pk__gt=after))[:BATCH])
                values[place.label] += sum(place.reseal(row, heads) for row in page)
            if len(page) < BATCH:
                break
            after = page[-1].pk
    return values.total() - before


def _sweep_strays(heads: Collection[bytes], values: Counter[str]) -> int:
    """The same for rows that name somebody else: before a key goes, no value in any table may need it."""
    before = values.total()
    for place in sealed_places():
        with transaction.atomic():
            values[place.label] += sum(place.reseal(row, heads) for row in place.rows_under(heads))
    return values.total() - before


def _wait_for_open_transactions(sleep: Sleep) -> None:
    """Until every transaction that is open now has ended: what it wrote or read is then settled."""
    limit = time.monotonic() + LONGEST_WAIT
    waiting = _open_transactions()
    while waiting := waiting & _open_transactions():
        if time.monotonic() > limit:
            raise _others_too_busy()
        sleep(_POLL)


def _open_transactions() -> set[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute(_OPEN_TRANSACTIONS)
        return {row[0] for row in cursor.fetchall()}


def _others_too_busy() -> Refused:
    return Refused(
        "person_keys_in_use",
        "The fresh keys are in use and everything can be read, but somebody's transaction still holds on to the "
        "former ones, so they were not destroyed. Run the same command again later; it goes on from there.",
    )


def _end(person_id: uuid.UUID, former: _Former, values: int, by: Actor) -> None:
    """Into the log first: a crash between the two logs the end of the repeated run as well."""
    with transaction.atomic():
        record("vault.person_key_rotated", by=by, person=person_id, groups=len(former.groups), values=values)
    with key_store():
        PersonKey.objects.using(KEYS).filter(
            person_id=person_id, former__isnull=False, state=KeyState.ACTIVE
        ).update(former=None)
    evict(person_id)
