"""Keys of the instance that are exchanged while it runs: the two index keys.

An index key cannot be a person's, so whoever holds it and an old dump could single out somebody who was erased
since. It is therefore replaced from time to time. For a while two keys are alive: questions are asked under both,
and rows move from the old to the new one. Then the old one is destroyed.

Processes learn of a new key within AGE seconds. It is written with only GRACE seconds after it was made, when every
process asks for it; and an old one is destroyed only GRACE seconds after the new one came into use, when no process
writes with it any more. So nothing has to be announced, and a process that was told nothing misses nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.vault.keystore.models import SystemKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.system_keys import forget_system_keys, system_key

AGE = 20.0  # seconds a process trusts what it knows
GRACE = timedelta(seconds=120)
_GATE = 0x5EA4C5  # number of the advisory lock between reading keys and destroying one


@dataclass(frozen=True, slots=True)
class Epochs:
    """The keys alive, oldest first.

    current  the epoch to write with: the newest whose grace has passed
    """

    current: int
    keys: Mapping[int, bytes]
    made_at: Mapping[int, datetime]

    @property
    def newest(self) -> int:
        return max(self.keys)

    @property
    def is_turning(self) -> bool:
        return len(self.keys) > 1

    def usable_at(self, epoch: int) -> datetime:
        """From when on rows are written under it."""
        return self.made_at[epoch] + (GRACE if epoch != min(self.keys) else timedelta())


_cache: dict[str, tuple[float, Epochs]] = {}
_lock = threading.Lock()


def epochs(name: str) -> Epochs:
    """The keys of this name, as known for at most 20 seconds. The first one is made at first use."""
    with _lock:
        kept = _cache.get(name)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + AGE, _read(name))
        with _lock:
            _cache[name] = kept
    return kept[1] if not kept[1].is_turning else _as_of_now(kept[1])


def forget_epochs() -> None:
    """Empty the cache of this process (tests, rotation)."""
    with _lock:
        _cache.clear()


def begin_epoch(name: str) -> Epochs:
    """Make the next key. Raises Refused while two are alive: the turn before is not finished."""
    forget_epochs()
    live = epochs(name)
    if live.is_turning:
        raise Refused(
            "rotation_under_way",
            "The last rotation is still under way; search works meanwhile. It goes on by itself, and "
            "`aureole search status` tells how far it is.",
        )
    system_key(name, live.newest + 1)
    forget_epochs()
    return epochs(name)


def end_epoch(name: str, epoch: int) -> bool:
    """Destroy an old key once no process can be writing with it; False while one still may. Repeatable.

    Whoever calls has made sure that nothing is left under it.
    """
    forget_epochs()
    live = epochs(name)
    if epoch not in live.keys:
        return True
    if epoch >= live.current or now() < live.usable_at(live.current) + GRACE:
        return False
    destroy_system_key(name, epoch)
    return True


def destroy_system_key(name: str, epoch: int) -> None:
    """The wrapped bytes go from the key store and from this process; others forget them within 20 seconds."""
    with _gate("pg_advisory_xact_lock"):
        SystemKey.objects.using(KEYS).filter(name=name, epoch=epoch).delete()
    forget_system_keys()
    forget_epochs()


def _read(name: str) -> Epochs:
    """Under the gate, for `system_key` makes what it does not find: a destroyed key must not come back by it."""
    with _gate("pg_advisory_xact_lock_shared"):
        rows = SystemKey.objects.using(KEYS).filter(name=name).order_by("epoch")
        made = dict(rows.values_list("epoch", "created_at"))
        if not made:
            forget_system_keys()
            system_key(name, 1)
            made = dict(rows.values_list("epoch", "created_at"))
        known = _known(name)
        if known - set(made):
            forget_system_keys()
        keys = {epoch: system_key(name, epoch) for epoch in made}
    return _as_of_now(Epochs(current=min(made), keys=keys, made_at=made))


def _known(name: str) -> set[int]:
    with _lock:
        return set(_cache[name][1].keys) if name in _cache else set()


def _as_of_now(live: Epochs) -> Epochs:
    current = max(epoch for epoch in live.keys if live.usable_at(epoch) <= now() or epoch == min(live.keys))
    return live if current == live.current else Epochs(current, live.keys, live.made_at)


@contextmanager
def _gate(kind: str) -> Iterator[None]:
    with key_store(), transaction.atomic(using=KEYS), connections[KEYS].cursor() as cursor:
        cursor.execute(f"SELECT {kind}(%s)", [_GATE])
        yield
