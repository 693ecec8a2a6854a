from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from aureole.vault.errors import KeyStoreAway


@contextmanager
def key_store() -> Iterator[None]:
    """Around questions to the key store: a database that does not answer becomes KeyStoreAway, a sentence."""
    try:
        yield
    except (OperationalError, InterfaceError) as trouble:
        raise KeyStoreAway from trouble
