"""The life of a person's keys: none, active, erased, and never back."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence

from django.db import connections

from aureole.kernel.clock import now
from aureole.vault.errors import Fenced
from aureole.vault.fences.journal import forget_images, note_fenced
from aureole.vault.groups import KeyGroup
from aureole.vault.keyring import KeyName, PersonCipher, keyring
from aureole.vault.keystore.models import KeyState, PersonKey
from aureole.vault.keystore.router import KEYS
from aureole.vault.root_key import root_key

KEY_BYTES = 32
EVICT_CHANNEL = "aureole_vault_evict"


def _context(person_id: uuid.UUID, group: KeyGroup) -> bytes:
    return b"person key" + person_id.bytes + bytes([group])


def load(names: Sequence[KeyName]) -> dict[KeyName, PersonCipher | None]:
    """All keys of the persons named, in one query; a destroyed key comes as None, an absent one not at all."""
    persons = {person for person, _ in names}
    rows = PersonKey.objects.using(KEYS).filter(person_id__in=persons)
    keys: dict[KeyName, PersonCipher | None] = {}
    for person_id, code, state, wrapped in rows.values_list("person_id", "group", "state", "wrapped"):
        name = (person_id, KeyGroup(code))
        keys[name] = _open(name, state, bytes(wrapped) if wrapped else None)
    return keys


def _open(name: KeyName, state: int, wrapped: bytes | None) -> PersonCipher | None:
    if state == KeyState.ERASED or wrapped is None:
        return None
    return PersonCipher(root_key().unwrap(wrapped, _context(*name)))


def mint(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> dict[KeyName, PersonCipher | None]:
    """Make the keys of these groups that do not exist yet; two processes at once agree on one.

    Raises Fenced when any of the groups is erased: a fenced person never gets a key again.
    """
    names = [(person_id, group) for group in groups]
    fresh = {name: os.urandom(KEY_BYTES) for name in names}
    rows = [
        PersonKey(
            person_id=person_id,
            group=group,
            wrapped=root_key().wrap(fresh[(person_id, group)], _context(person_id, group)),
            created_at=now(),
        )
        for _, group in names
    ]
    before = keyring.evictions
    PersonKey.objects.using(KEYS).bulk_create(rows, ignore_conflicts=True)
    held = load(names)
    keyring.add(held, unless_evicted_since=before)
    if any(held.get(name) is None for name in names):
        raise Fenced
    return held


def states(person_id: uuid.UUID) -> dict[KeyGroup, KeyState]:
    """Which groups have a key and in what state; a group that is absent never had one."""
    rows = PersonKey.objects.using(KEYS).filter(person_id=person_id).values_list("group", "state")
    return {KeyGroup(group): KeyState(state) for group, state in rows}


def is_fenced(person_id: uuid.UUID) -> bool:
    return KeyState.ERASED in states(person_id).values()


def fence(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> int:
    """First step of destruction: from now on no path gets a key. Returns how many were active. Repeatable."""
    codes = [int(group) for group in groups]
    rows = [
        PersonKey(person_id=person_id, group=code, state=KeyState.ERASED, created_at=now(), erased_at=now())
        for code in codes
    ]
    PersonKey.objects.using(KEYS).bulk_create(rows, ignore_conflicts=True)
    active = PersonKey.objects.using(KEYS).filter(person_id=person_id, group__in=codes, state=KeyState.ACTIVE)
    return active.update(state=KeyState.ERASED, erased_at=now())


def destroy(person_id: uuid.UUID, groups: Iterable[KeyGroup]) -> int:
    """Second step: the wrapped bytes go. Only what is fenced is touched. Repeatable."""
    fenced = PersonKey.objects.using(KEYS).filter(
        person_id=person_id, group__in=[int(g) for g in groups], state=KeyState.ERASED, wrapped__isnull=False
    )
    return fenced.update(wrapped=None)


def evict(person_id: uuid.UUID) -> None:
    """Third step: every process forgets what it holds."""
    keyring.evict(person_id)
    with connections[KEYS].cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [EVICT_CHANNEL, str(person_id)])


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
