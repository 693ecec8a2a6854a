"""Keys at hand: fetched from the key store, unwrapped, kept for a minute at most.

Python cannot reliably wipe memory; the bound and the age are what we can promise.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aureole.vault.errors import Fenced, KeyMissing, KeyRetired
from aureole.vault.groups import KeyGroup

KeyName = tuple[uuid.UUID, KeyGroup]
MAX_KEYS = 20_000
MAX_AGE_SECONDS = 60.0
_TRIES = 3  # a load that an eviction overtook is not kept, so it is asked for again


class HeldKey:
    """A person's key for one group, ready to use. Never exported, never logged.

    generation  that of the key which seals
    mark        what stands for the person in the log (group evidence only)
    """

    __slots__ = ("_aeads", "generation", "mark")

    def __init__(self, generation: int, aeads: Mapping[int, AESGCM], mark: bytes = b"") -> None:
        self.generation = generation
        self.mark = mark
        self._aeads = aeads

    @property
    def sealing(self) -> AESGCM:
        return self._aeads[self.generation]

    def opening(self, generation: int) -> AESGCM | None:
        """None for a generation that is destroyed, or not here yet."""
        return self._aeads.get(generation)

    def __repr__(self) -> str:
        return "<HeldKey>"


class KeyRing:
    """A bounded cache of opened keys; None stands for a destroyed one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: OrderedDict[KeyName, tuple[float, HeldKey | None]] = OrderedDict()
        self._evictions = 0

    def key(self, name: KeyName) -> HeldKey | None:
        """The key, or None when it is destroyed. Raises KeyMissing when there never was one."""
        for _ in range(_TRIES):
            found, key = self._cached(name)
            if found:
                return key
            self.fetch([name])
        found, key = self._cached(name)
        if not found:
            raise KeyMissing
        return key

    def opening(self, name: KeyName, generation: int) -> AESGCM | None:
        """What opens a value of that generation, or None when the person's keys are destroyed.

        Raises KeyRetired when only this generation is destroyed, KeyMissing when there never was a key.
        """
        key = self.key(name)
        if key is None:
            return None
        aead = key.opening(generation)
        if aead is None and generation > key.generation:  # the person got a new key since we asked
            self.reload([name])
            key = self.key(name)
            aead = key.opening(generation) if key else None
            if key is None:
                return None
        if aead is None:
            raise KeyRetired
        return aead

    def key_for_sealing(self, name: KeyName) -> HeldKey:
        """The key, minted when there is none yet. Raises Fenced for an erased person."""
        from aureole.vault.keys import mint

        found, key = self._cached(name)
        if not found:
            self.fetch([name])
            found, key = self._cached(name)
        if not found:
            key = mint(name[0], [name[1]])[name]
        if key is None:
            raise Fenced
        return key

    def fetch(self, names: Iterable[KeyName]) -> None:
        """Load the keys of a page in one query; those already here are not asked for again."""
        wanted = [n for n in set(names) if not self._cached(n)[0]]
        if wanted:
            self.reload(wanted)

    def reload(self, names: Iterable[KeyName]) -> None:
        """The same for keys that may be here, but changed meanwhile."""
        from aureole.vault.keys import load

        before = self.evictions
        self.add(load(list(names)), unless_evicted_since=before)

    @property
    def evictions(self) -> int:
        """How many there were; tells a load whether it was overtaken by one."""
        with self._lock:
            return self._evictions

    def add(self, keys: Mapping[KeyName, HeldKey | None], unless_evicted_since: int | None = None) -> None:
        """Keep keys. A load that was overtaken by an eviction keeps destroyed ones only."""
        deadline = time.monotonic() + MAX_AGE_SECONDS
        with self._lock:
            overtaken = unless_evicted_since not in (None, self._evictions)
            for name, key in keys.items():
                if overtaken and key is not None:
                    continue
                self._keys[name] = (deadline, key)
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

    def _cached(self, name: KeyName) -> tuple[bool, HeldKey | None]:
        with self._lock:
            entry = self._keys.get(name)
            if entry is None or entry[0] < time.monotonic():
                return False, None
            self._keys.move_to_end(name)
            return True, entry[1]


keyring = KeyRing()
