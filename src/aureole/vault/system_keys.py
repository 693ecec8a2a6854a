"""Keys of the instance itself, kept wrapped in the key store: for indexes, signatures, tokens."""

from __future__ import annotations

import os
import threading
import time

from aureole.kernel.clock import now
from aureole.vault import wrapping_keys
from aureole.vault.keystore.models import SystemKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS

_cache: dict[tuple[str, int], tuple[float, bytes]] = {}
_lock = threading.Lock()
_TRIES = 3


def context_of(name: str, epoch: int) -> bytes:
    """What a system key's envelope is bound to."""
    return b"system key" + name.encode() + b"/" + str(epoch).encode()


def system_key(name: str, epoch: int = 1) -> bytes:
    """32 secret bytes for this name and epoch; made at first use, the same for every process.

    Raises RootKeyAway or KeyStoreAway when it is not at hand and cannot be opened now.
    """
    cached = _cache.get((name, epoch))
    if cached is not None and cached[0] > time.monotonic():
        return cached[1]
    with key_store():
        key = _load(name, epoch)
    with _lock:
        _cache[(name, epoch)] = (time.monotonic() + wrapping_keys.MAX_AGE_SECONDS, key)
    return key


def _load(name: str, epoch: int) -> bytes:
    rows = SystemKey.objects.using(KEYS).filter(name=name, epoch=epoch).values_list("wrapped", flat=True)
    for _ in range(_TRIES):
        wrapped = rows.first()
        if wrapped is None:
            _make(name, epoch)
            wrapped = rows.get()
        try:
            return wrapping_keys.unwrap(bytes(wrapped), context_of(name, epoch))
        except wrapping_keys.WrappingKeyGone:
            continue  # wrapped anew since it was read
    raise wrapping_keys.WrappingKeyGone


def _make(name: str, epoch: int) -> None:
    secret = os.urandom(32)

    def insert() -> None:
        wrapped = wrapping_keys.wrap(secret, context_of(name, epoch))
        row = SystemKey(name=name, epoch=epoch, wrapped=wrapped, created_at=now())
        SystemKey.objects.using(KEYS).bulk_create([row], ignore_conflicts=True)

    wrapping_keys.store(insert)


def forget_system_keys() -> None:
    """Empty the cache of this process (tests, key rotation)."""
    with _lock:
        _cache.clear()
