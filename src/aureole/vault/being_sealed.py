"""Tells the sweep which names in the file store belong to a transaction that has not ended yet.

A ciphertext is in the store before its row is committed. Whoever writes one holds a shared advisory lock on its
name from before the first byte until the transaction ends, whichever way and after however long. A name whose
lock is free and that no committed row carries will therefore never get a row: names are random and used once.
"""

from __future__ import annotations

from django.db import connection

_OURS = 0x61757265_6F6C6500  # keeps these locks apart from other users of advisory locks


def hold(name: str) -> None:
    """Until the transaction ends. Only inside one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_number(name)])


def is_over(name: str) -> bool:
    """Whether no running transaction writes this name. Only inside a transaction: the answer holds until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(name)])
        return bool(cursor.fetchone()[0])


def _number(name: str) -> int:
    """A signed 64-bit number; two names that share one are merely swept one run later."""
    return int.from_bytes(((int(name[:16], 16) ^ _OURS) & (2**64 - 1)).to_bytes(8, "big"), "big", signed=True)
