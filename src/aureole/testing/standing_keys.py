"""Keys of the instance that a test finds, in the key store and in memory: any instance has them that took somebody in.

They are made and committed once per run: made anew in each test they were two thirds of what its first person costs.
A test that commits begins with an empty key store, so those, which run last, make their own at first use.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aureole.search.tokens import KEY as SEARCH_INDEX
from aureole.testing.rehearsal import forget_keys
from aureole.testing.snapshot import empty_databases
from aureole.vault import blind_index, epochs, suppression, system_keys, wrapping_keys
from aureole.vault.keys import digest_of_mark
from aureole.vault.log_signer import VaultSigner


@dataclass
class StandingKeys:
    """stand: they are in the key store, so they may be in memory."""

    stand: bool = False
    _system: dict[tuple[str, int], bytes] = field(default_factory=dict)
    _epochs: dict[str, epochs.Epochs] = field(default_factory=dict)
    _opened: dict[bytes, Any] = field(default_factory=dict)

    def make(self) -> None:
        forget_keys()
        self._epochs = {name: epochs.epochs(name) for name in (blind_index.KEY, SEARCH_INDEX)}
        system_keys.system_key(suppression.KEY)
        digest_of_mark(b"")
        VaultSigner().public_key()
        self._system = {name: key for name, (_, key) in system_keys._cache.items()}
        self._opened = dict(wrapping_keys._opened)
        self.stand = True

    def recall(self) -> None:
        """As a process that has used them just now; whatever else was in memory is forgotten."""
        forget_keys()
        if not self.stand:
            return
        later = time.monotonic() + wrapping_keys.MAX_AGE_SECONDS
        for opened in self._opened.values():
            opened.until = later
        wrapping_keys._opened.update(self._opened)
        system_keys._cache.update({name: (later, key) for name, key in self._system.items()})
        until = time.monotonic() + epochs.AGE
        epochs._cache.update({name: (until, live) for name, live in self._epochs.items()})

    def leave(self) -> None:
        """Before the first test that commits: they go with everything else in both databases."""
        if self.stand:
            empty_databases()
        self.stand = False

    @contextmanager
    def away(self) -> Iterator[None]:
        """For what commits in the midst of tests that do not, and leaves both databases empty."""
        self.leave()
        forget_keys()
        yield
        self.make()


STANDING_KEYS = StandingKeys()
