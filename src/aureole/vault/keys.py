"""The life of a person's keys: none, active, erased, and never back."""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections
from django.db.models import QuerySet

from aureole.kernel.clock import now
from aureole.kernel.serials import scatter
from aureole.vault import wrapping_keys
from aureole.vault.errors import Fenced
from aureole.vault.fences.journal import forget_images, note_fenced
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import HeldKey, KeyName, keyring
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.system_keys import system_key

T = TypeVar("T")
KEY_BYTES = 32
MARK_BYTES = 16
EVICT_CHANNEL = "aureole_vault_evict"
EVERYBODY = "*"
_TRIES = 3
_DESTROYED = {"wrapped": None, "former": None, "mark": None, "mark_digest": None}


class KeyRow(NamedTuple):
    """A person's key as it rests."""

    person_id: uuid.UUID
    group: int
    state: int
    generation: int
    wrapped: bytes | None
    former: bytes | None
    mark: bytes | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> KeyRow:
        """From a row of the database, which gives bytes as memoryview."""
        plain: Iterator[Any] = (bytes(v) if isinstance(v, memoryview) else v for v in values)
        return cls(*plain)


def context_of(person_id: uuid.UUID, group: int, generation: int) -> bytes:
    """What a person key's envelope is bound to. The first generation is older than the counting."""
    counted = generation.to_bytes(2, "big") if generation > 1 else b""
    return b"person key" + person_id.bytes + bytes([group]) + counted


def mark_context_of(person_id: uuid.UUID) -> bytes:
    return b"person mark" + person_id.bytes


def first_mark(secret: bytes) -> bytes:
    """What stood for a person in the log before marks were kept: derived from the first evidence key."""
    return hmac.digest(secret, b"ledger pseudonym", hashlib.sha256)[:MARK_BYTES]


def digest_of_mark(mark: bytes) -> bytes:
    """What a mark is found by. Raises RootKeyAway or KeyStoreAway."""
    return hmac.digest(system_key("marks of the log"), mark, hashlib.sha256)[:MARK_BYTES]


def load(names: Sequence[KeyName]) -> dict[KeyName, HeldKey | None]:
    """All keys of the persons named, in one query; a destroyed key comes as None, an absent one not at all.

    Raises RootKeyAway or KeyStoreAway.
    """
    persons = {person for person, _ in names}
    return _as_wrapped_now(lambda: _load(persons))


def marks(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """What stands for each of these in the log, in one query. No key is opened for it and none is kept at hand.

    Whoever is erased, or never had a key of that group, is not in it. Raises RootKeyAway or KeyStoreAway.
    """
    return _as_wrapped_now(lambda: _marks(persons))


def _as_wrapped_now(read: Callable[[], T]) -> T:
    for _ in range(_TRIES - 1):
        try:
            return read()
        except wrapping_keys.WrappingKeyGone:
            continue  # wrapped anew since they were read
    return read()


def _marks(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    rows = PersonKey.objects.using(KEYS).filter(
        person_id__in=persons, group=KeyGroup.EVIDENCE, state=KeyState.ACTIVE, wrapped__isnull=False
    )
    with key_store():
        found = [KeyRow.of(values) for values in rows.values_list(*KeyRow._fields)]
    return {row.person_id: open_mark(row) for row in found}


def _load(persons: set[uuid.UUID]) -> dict[KeyName, HeldKey | None]:
    rows = PersonKey.objects.using(KEYS).filter(person_id__in=persons)
    with key_store():
        found = [KeyRow.of(values) for values in rows.values_list(*KeyRow._fields)]
    return {(row.person_id, KeyGroup(row.group)): _open(row) for row in found}


def _open(row: KeyRow) -> HeldKey | None:
    if row.state == KeyState.ERASED or row.wrapped is None:
        return None
    secret = open_key(row, row.wrapped, row.generation)
    aeads = {row.generation: AESGCM(secret)}
    if row.former is not None:
        aeads[row.generation - 1] = AESGCM(open_key(row, row.former, row.generation - 1))
    return HeldKey(row.generation, aeads, open_mark(row, secret))


def open_key(row: KeyRow, wrapped: bytes, generation: int) -> bytes:
    return wrapping_keys.unwrap(wrapped, context_of(row.person_id, row.group, generation))


def open_mark(row: KeyRow, secret: bytes | None = None) -> bytes:
    """Empty for groups other than evidence. `secret` is the row's key, where it is open already."""
    if row.group != KeyGroup.EVIDENCE:
        return b""
    if row.mark is None:
        assert row.wrapped is not None
        return first_mark(secret or open_key(row, row.wrapped, row.generation))
    return wrapping_keys.unwrap(row.mark, mark_context_of(row.person_id))


def mint(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> dict[KeyName, HeldKey | None]:
    """Make the keys of these groups that do not exist yet; two processes at once agree on one.

    Raises Fenced when any of the groups is erased: a fenced person never gets a key again.
    Raises RootKeyAway or KeyStoreAway.
    """
    names = [(person_id, group) for group in groups]

    def insert() -> None:
        rows = [_fresh(person_id, group) for _, group in names]
        PersonKey.objects.using(KEYS).bulk_create(rows, ignore_conflicts=True)

    before = keyring.evictions
    wrapping_keys.store(insert)
    held = load(names)
    keyring.add(held, unless_evicted_since=before)
    if any(held.get(name) is None for name in names):
        raise Fenced
    return held


def untie_keys(person_id: uuid.UUID, *, since: datetime) -> None:
    """Let nothing show when a person's keys were made, nor beside whose: neither their numbers nor their time."""
    with key_store():
        rows = PersonKey.objects.using(KEYS).filter(person_id=person_id, state=KeyState.ACTIVE)
        rows.update(created_at=since)
        scatter(rows)


def _fresh(person_id: uuid.UUID, group: KeyGroup) -> PersonKey:
    mark = os.urandom(MARK_BYTES) if group == KeyGroup.EVIDENCE else None
    return PersonKey(
        person_id=person_id,
        group=group,
        wrapped=wrapping_keys.wrap(os.urandom(KEY_BYTES), context_of(person_id, group, 1)),
        mark=wrapping_keys.wrap(mark, mark_context_of(person_id)) if mark else None,
        mark_digest=digest_of_mark(mark) if mark else None,
        created_at=now(),
    )


def states(person_id: uuid.UUID) -> dict[KeyGroup, KeyState]:
    """Which groups have a key and in what state; a group that is absent never had one."""
    rows = PersonKey.objects.using(KEYS).filter(person_id=person_id).values_list("group", "state")
    with key_store():
        return {KeyGroup(group): KeyState(state) for group, state in rows}


def is_fenced(person_id: uuid.UUID) -> bool:
    return KeyState.ERASED in states(person_id).values()


# Together one transaction, so that the disk is waited for once; keys are destroyed in a later one.
_FENCE = f"""
INSERT INTO keystore_person_key (person_id, "group", state, created_at, erased_at)
SELECT %(person)s, code, {KeyState.ERASED}, %(now)s, %(now)s FROM unnest(%(groups)s::smallint[]) code
ON CONFLICT DO NOTHING;
UPDATE keystore_person_key SET state = {KeyState.ERASED}, erased_at = %(now)s
WHERE person_id = %(person)s AND "group" = ANY(%(groups)s) AND state = {KeyState.ACTIVE}
"""


def fence(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> int:
    """First step of destruction: from now on no path gets a key. Returns how many were active. Repeatable."""
    codes = [int(group) for group in groups]
    values: dict[str, Any] = {"person": person_id, "groups": codes, "now": now()}
    with key_store(), connections[KEYS].cursor() as cursor:
        cursor.execute(_FENCE, values)
        cursor.nextset()
        return int(cursor.rowcount)


def destroy(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> int:
    """Second step: the wrapped bytes go, of every generation, and the mark. Only what is fenced is touched.

    Repeatable.
    """
    fenced = _fenced_but_there().filter(person_id=person_id, group__in=[int(g) for g in groups])
    with key_store():
        return fenced.update(**_DESTROYED)


def destroy_what_is_fenced() -> int:
    """Finish every destruction that was interrupted between its first two steps."""
    with key_store():
        return _fenced_but_there().update(**_DESTROYED)


def _fenced_but_there() -> QuerySet[PersonKey]:
    return PersonKey.objects.using(KEYS).filter(state=KeyState.ERASED, wrapped__isnull=False)


def evict(person_id: uuid.UUID) -> None:
    """Third step: every process forgets what it holds."""
    keyring.evict(person_id)
    notify_eviction(str(person_id))


def evict_everybody() -> None:
    """Every process forgets all keys, and what wraps them."""
    keyring.evict()
    wrapping_keys.forget_wrapping_keys()
    notify_eviction(EVERYBODY)


def notify_eviction(whose: str) -> None:
    with key_store(), connections[KEYS].cursor() as cursor:
        # Not waiting for the disk: who listens forgets everything when the server goes down.
        cursor.execute("SET LOCAL synchronous_commit = off; SELECT pg_notify(%s, %s)", [EVICT_CHANNEL, whose])


def erase_keys(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> int:
    """Note on the fence list, fence, destroy, evict, in that order; safe to repeat after a crash between any two.

    Returns how many keys this call fenced (0 on a repeat). Raises Refused when the fence list cannot be
    written: then nothing was destroyed.
    """
    chosen = tuple(groups)
    note_fenced(person_id, chosen)  # first: what is destroyed must be on the list that outlives this store
    if set(KeyGroup) <= set(chosen):
        forget_images(person_id)
    fenced = fence(person_id, chosen)
    destroy(person_id, chosen)
    evict(person_id)
    return fenced
