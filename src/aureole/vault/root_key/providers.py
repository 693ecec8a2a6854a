"""All root keys this instance knows: the present one wraps, the former ones still open what they wrapped."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings

from aureole.kernel.errors import Broken
from aureole.vault.errors import CannotOpen
from aureole.vault.root_key import envelope
from aureole.vault.root_key.envelope import Envelope
from aureole.vault.root_key.port import RootKey
from config.root_keys import FileKey, KmsKey, RootKeyAddress, TransitKey

_lock = threading.Lock()


class RootKeys:
    """Wraps with the present key; finds by the envelope which key opens."""

    def __init__(self, present: RootKey, former: tuple[RootKey, ...] = ()) -> None:
        self.present = present
        self.former = former

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """An envelope of `key`, bound to its head and `context`."""
        head = self.present_head
        return head + self.present.wrap(key, head + context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Raises CannotOpen for what was changed or moved, Broken for a key that is not known here."""
        parts = envelope.parse(wrapped)
        candidates = list(self._candidates(parts))
        if not candidates:
            raise Broken(
                "root_key_other",
                f"These keys were wrapped with another root key ({describe(parts)}). Nothing is lost: put back "
                "that key, or name it in AUREOLE_FORMER_ROOT_KEY_URLS.",
            )
        for key in candidates[:-1]:
            try:
                return key.unwrap(parts.body, parts.head + context)
            except CannotOpen:
                continue
        return candidates[-1].unwrap(parts.body, parts.head + context)

    @property
    def present_head(self) -> bytes:
        """How envelopes of the present key begin."""
        return envelope.head_of(self.present.code, self.present.key_id)

    def probe(self) -> None:
        """Wrap and unwrap something of no worth. Raises what the provider raises."""
        sample = os.urandom(32)
        if self.unwrap(self.wrap(sample, b"probe"), b"probe") != sample:
            raise CannotOpen

    def _candidates(self, parts: Envelope) -> Iterator[RootKey]:
        """The key of that id first. A server that was renamed gives other ids, so its provider's keys follow:
        authenticated encryption tells whether they fit. A file's id is that of its content."""
        keys = [key for key in (self.present, *self.former) if key.code == parts.provider]
        yield from (key for key in keys if key.key_id[: len(parts.key_id)] == parts.key_id)
        if parts.provider != envelope.Provider.FILE:
            yield from (key for key in keys if key.key_id != parts.key_id)


def describe(parts: Envelope) -> str:
    """Provider and key id, for people: "file 1f3a…"."""
    known = {provider.value: provider.name.lower() for provider in envelope.Provider}
    return f"{known.get(parts.provider, f'provider {parts.provider}')} {parts.key_id.hex()}"


def root_keys() -> RootKeys:
    """Those that the settings name."""
    with _lock:
        return _made()


@lru_cache(maxsize=1)
def _made() -> RootKeys:
    configured = settings.AUREOLE_ROOT_KEYS
    return RootKeys(make(configured.present), tuple(make(address) for address in configured.former))


def make(address: RootKeyAddress) -> RootKey:
    """The provider of that address; its library is imported only now."""
    match address:
        case FileKey():
            from aureole.vault.root_key.file import FileRootKey

            return FileRootKey(address.path)
        case KmsKey():
            from aureole.vault.root_key.kms import KmsRootKey

            return KmsRootKey(address)
        case TransitKey():
            from aureole.vault.root_key.transit import TransitRootKey

            return TransitRootKey(address)


def forget_root_keys() -> None:
    """Read the settings again (tests)."""
    with _lock:
        _made.cache_clear()
