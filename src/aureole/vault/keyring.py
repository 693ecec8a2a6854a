"""Keys at hand: fetched from the key store, unwrapped, kept for a minute at most.

Python cannot reliably wipe memory; the bound and the age are what we can promise.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aureole.vault.errors import Fenced, KeyMissing
from aureole.vault.groups import KeyGroup

KeyName = tuple[uuid.UUID, KeyGroup]
MAX_KEYS = 20_000
MAX_AGE_SECONDS = 60.0
_TRIES = 3  # a load that an eviction overtook is not kept, so it is asked for again


class PersonCipher:
    """A person's key for one group, ready to use. Never exported, never logged."""

    __slots__ = ("aead", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.aead = AESGCM(secret)

    def __repr__(self) -> str:
        return "<PersonCipher>"


class KeyRing:
    """A bounded cache of opened keys; None stands for a destroyed one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: OrderedDict[KeyName, tuple[float, PersonCipher | None]] = OrderedDict()
        self._evictions = 0

    def cipher(self, name: KeyName) -> PersonCipher | None:
        """The key, or None when it is destroyed. Raises KeyMissing when there never was one."""
        for _ in range(_TRIES):
            found, cipher = self._cached(name)
            if found:
                return cipher
            self.fetch([name])
        found, cipher = self._cached(name)
        if not found:
            raise KeyMissing
        return cipher

    def cipher_for_sealing(self, name: KeyName) -> PersonCipher:
        """The key, minted when there is none yet. Raises Fenced for an erased person."""
        from aureole.vault.keys import mint

        found, cipher = self._cached(name)
        if not found:
            self.fetch([name])
            found, cipher = self._cached(name)
        if not found:
            cipher = mint(name[0], [name[1]])[name]
        if cipher is None:
            raise Fenced
        return cipher

    def fetch(self, names: Iterable[KeyName]) -> None:
        """Load the keys of a page in one query; those already here are not asked for again."""
        from aureole.vault.keys import load

        wanted = [n for n in set(names) if not self._cached(n)[0]]
        if not wanted:
            return
        before = self.evictions
        self.add(load(wanted), unless_evicted_since=before)

    @property
    def evictions(self) -> int:
        """How many there were; tells a load whether it was overtaken by one."""
        with self._lock:
            return self._evictions

    def add(self, keys: dict[KeyName, PersonCipher | None], unless_evicted_since: int | None = None) -> None:
        """Keep keys. A load that was overtaken by an eviction keeps destroyed ones only."""
        deadline = time.monotonic() + MAX_AGE_SECONDS
        with self._lock:
            overtaken = unless_evicted_since not in (None, self._evictions)
            for name, cipher in keys.items():
                if overtaken and cipher is not None:
                    continue
                self._keys[name] = (deadline, cipher)
                self._keys.move_to_end(name)
            while len(self._keys) > MAX_KEYS:
                self._keys.popitem(last=False)

    def evict(self, person_id: uuid.UUID | None = None) -> None:
        """Forget one person's keys, or all."""
        with self._lock:
            self._evictions += 1
            gone = [n for n in self._keys if person_id is None or n[0] == person_id]
            for name in gone:
                del self._keys[name]

    def _cached(self, name: KeyName) -> tuple[bool, PersonCipher | None]:
        with self._lock:
            entry = self._keys.get(name)
            if entry is None or entry[0] < time.monotonic():
                return False, None
            self._keys.move_to_end(name)
            return True, entry[1]


keyring = KeyRing()
