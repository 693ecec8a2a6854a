"""Between the root key and all others: one current key that wraps them, itself wrapped by the root key.

So a page costs the provider nothing, its bill counts processes and minutes instead of persons, and it learns
no person's id. Opened ones are kept for five minutes; that is how long a provider may be away unnoticed, and how
long a process goes on once the root key was taken from it (docs/decisions/0010).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from django.db import IntegrityError, transaction

from aureole.kernel.clock import now
from aureole.kernel.errors import Away, Broken
from aureole.vault.errors import RootKeyAway
from aureole.vault.keystore.models import WrappingKey
from aureole.vault.keystore.reach import key_store
from aureole.vault.keystore.router import KEYS
from aureole.vault.root_key import envelope, root_keys
from aureole.vault.root_key.envelope import Provider
from aureole.vault.root_key.local import LocalCipher

MAX_AGE_SECONDS = 300.0
ASK_AGAIN_SECONDS = 2.0  # after a provider did not answer, so that a page does not wait once per row
_CURRENT = b""


class WrappingKeyGone(Broken):
    """The envelope names a wrapping key that the key store no longer has: read the envelope again."""

    def __init__(self) -> None:
        super().__init__(
            "wrapping_key_missing",
            "The key store has no wrapping key for this envelope. Is it complete, and does it belong to the data?",
        )


class _Opened:
    __slots__ = ("cipher", "key_id", "until")

    def __init__(self, key_id: bytes, key: bytes) -> None:
        self.key_id = key_id
        self.cipher = LocalCipher(key)
        self.until = time.monotonic() + MAX_AGE_SECONDS


_opened: dict[bytes, _Opened] = {}  # by key id; _CURRENT is the one that wraps
_lock = threading.Lock()  # one thread asks the provider, the others wait for its answer
_away_until = 0.0


def wrap(key: bytes, context: bytes) -> bytes:
    """An envelope of `key` under the current wrapping key. Raises RootKeyAway, KeyStoreAway, Broken."""
    current = _get(_CURRENT)
    head = envelope.head_of(Provider.WRAPPING, current.key_id)
    return head + current.cipher.wrap(key, head + context)


def unwrap(wrapped: bytes, context: bytes) -> bytes:
    """The key again. Raises CannotOpen, WrappingKeyGone, RootKeyAway, KeyStoreAway, Broken."""
    parts = envelope.parse(wrapped)
    if parts.provider == Provider.WRAPPING:
        return _get(parts.key_id).cipher.unwrap(parts.body, parts.head + context)
    return root_keys().unwrap(wrapped, context)  # written before there were wrapping keys


def store(wrap_and_insert: Callable[[], None]) -> None:
    """Run it; once more when the wrapping key it used was retired and removed before the row was in.

    The database refuses such a row (foreign key), so no key can come to lie under a wrapping key that is gone.
    """
    with key_store():
        try:
            wrap_and_insert()
        except IntegrityError:
            forget_wrapping_keys()
            wrap_and_insert()


def current_head() -> bytes:
    """How envelopes of the current wrapping key begin."""
    return envelope.head_of(Provider.WRAPPING, _get(_CURRENT).key_id)


def make_wrapping_key() -> None:
    """Retire the current wrapping key and begin a new one, under the present root key."""
    fresh = _fresh()
    with key_store(), transaction.atomic(using=KEYS):
        WrappingKey.objects.using(KEYS).filter(retired_at__isnull=True).update(retired_at=now())
        fresh.save(using=KEYS, force_insert=True)
    forget_wrapping_keys()


def forget_wrapping_keys() -> None:
    """Empty the cache of this process."""
    global _away_until
    with _lock:
        _opened.clear()
        _away_until = 0.0


def _get(key_id: bytes) -> _Opened:
    found = _opened.get(key_id)
    if found is not None and found.until > time.monotonic():
        return found
    with _lock:
        found = _opened.get(key_id)
        if found is not None and found.until > time.monotonic():
            return found
        return _open(key_id)


def _open(key_id: bytes) -> _Opened:
    global _away_until
    _opened.pop(key_id, None)
    if time.monotonic() < _away_until:
        raise RootKeyAway
    with key_store():
        row = _row(key_id)
    try:
        key = root_keys().unwrap(row[1], _context(row[0]))
    except Away:
        _away_until = time.monotonic() + ASK_AGAIN_SECONDS
        raise
    opened = _Opened(row[0], key)
    _opened[opened.key_id] = opened
    if key_id == _CURRENT:
        _opened[_CURRENT] = opened
    return opened


def _row(key_id: bytes) -> tuple[bytes, bytes]:
    rows = WrappingKey.objects.using(KEYS).values_list("key_id", "wrapped")
    if key_id != _CURRENT:
        found = rows.filter(key_id=key_id).first()
        if found is None:
            raise WrappingKeyGone
        return bytes(found[0]), bytes(found[1])
    current = rows.filter(retired_at__isnull=True)
    if not (found := current.first()):
        WrappingKey.objects.using(KEYS).bulk_create([_fresh()], ignore_conflicts=True)
        found = current.get()
    return bytes(found[0]), bytes(found[1])


def _fresh() -> WrappingKey:
    key_id = os.urandom(envelope.KEY_ID)
    wrapped = root_keys().wrap(os.urandom(32), _context(key_id))
    return WrappingKey(key_id=key_id, wrapped=wrapped, created_at=now())


def _context(key_id: bytes) -> bytes:
    return b"wrapping key" + key_id
