"""Listen for evictions, so that a key destroyed elsewhere leaves this process at once."""

from __future__ import annotations

import logging
import threading
import time
import uuid

import psycopg
from django.db import connections

from aureole.vault.keyring import keyring
from aureole.vault.keys import EVERYBODY, EVICT_CHANNEL
from aureole.vault.keystore.router import KEYS
from aureole.vault.wrapping_keys import forget_wrapping_keys

log = logging.getLogger(__name__)
_MAX_WAIT = 5.0


def start_eviction_listener() -> threading.Thread:
    """One daemon thread with a connection of its own; long-lived processes call this once."""
    thread = threading.Thread(target=_listen_for_ever, name="vault eviction", daemon=True)
    thread.start()
    return thread


def _listen_for_ever() -> None:
    wait = 0.2
    while True:
        try:
            _listen()
        except psycopg.Error:
            log.warning("eviction listener lost its connection; all keys forgotten, trying again")
        keyring.evict()
        time.sleep(wait)
        wait = min(wait * 2, _MAX_WAIT)


def _listen() -> None:
    parameters = connections[KEYS].get_connection_params()
    for extra in ("cursor_factory", "context", "prepare_threshold", "server_side_binding", "pool"):
        parameters.pop(extra, None)
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute(f"LISTEN {EVICT_CHANNEL}")
        keyring.evict()
        for note in connection.notifies():
            _heed(note.payload)


def _heed(whose: str) -> None:
    if whose == EVERYBODY:
        keyring.evict()
        forget_wrapping_keys()
    else:
        keyring.evict(uuid.UUID(whose))
