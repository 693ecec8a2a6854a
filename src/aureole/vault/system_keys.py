"""Keys of the instance itself, kept wrapped in the key store: for indexes, signatures, tokens."""

from __future__ import annotations

import os
import threading

from aureole.kernel.clock import now
from aureole.vault.keystore.models import SystemKey
from aureole.vault.keystore.router import KEYS
from aureole.vault.root_key import root_key

_cache: dict[tuple[str, int], bytes] = {}
_lock = threading.Lock()


def _context(name: str, epoch: int) -> bytes:
    return b"system key" + name.encode() + b"/" + str(epoch).encode()


def system_key(name: str, epoch: int = 1) -> bytes:
    """32 secret bytes for this name and epoch; made at first use, the same for every process."""
    with _lock:
        cached = _cache.get((name, epoch))
    if cached is not None:
        return cached
    rows = SystemKey.objects.using(KEYS).filter(name=name, epoch=epoch)
    wrapped = rows.values_list("wrapped", flat=True).first()
    if wrapped is None:
        fresh = root_key().wrap(os.urandom(32), _context(name, epoch))
        SystemKey.objects.using(KEYS).bulk_create(
            [SystemKey(name=name, epoch=epoch, wrapped=fresh, created_at=now())], ignore_conflicts=True
        )
        wrapped = rows.values_list("wrapped", flat=True).get()
    key = root_key().unwrap(bytes(wrapped), _context(name, epoch))
    with _lock:
        _cache[(name, epoch)] = key
    return key


def forget_system_keys() -> None:
    """Empty the cache of this process (tests, key rotation)."""
    with _lock:
        _cache.clear()
