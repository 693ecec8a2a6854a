"""Row ids: UUID version 7 (RFC 9562 §5.7), made before the row exists.

Time-ordered, so B-trees stay dense; client-made, because a sealed value is bound to
the id of its row before the row is inserted.
"""

from __future__ import annotations

import os
import threading
import time
import uuid

_DIGITS = 19  # of the greatest bigint
_lock = threading.Lock()
_last: tuple[int, int] = (0, 0)


def new_id() -> uuid.UUID:
    """A fresh UUIDv7, strictly increasing within this process."""
    millis, counter = _tick()
    tail = int.from_bytes(os.urandom(7), "big") & ((1 << 56) - 1)
    value = (millis << 80) | (0x7 << 76) | ((counter >> 6) << 64)
    value |= (0b10 << 62) | ((counter & 0x3F) << 56) | tail
    return uuid.UUID(int=value)


def timeless_ids(count: int) -> list[uuid.UUID]:
    """Fresh random ids (RFC 9562 §5.4) in ascending order: they tell neither when nor beside what their rows were made.

    For what stays of somebody who is gone; rows that are read in the order of their ids get theirs at once.
    """
    return sorted(uuid.uuid4() for _ in range(count))


def timeless_id() -> uuid.UUID:
    return uuid.uuid4()


def id_in(text: str) -> uuid.UUID | None:
    """The id that somebody typed or an address holds; None for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def number_in(text: str) -> int | None:
    """The number of a row that somebody typed or an address holds; None for what no column could hold."""
    fits = text.isascii() and text.isdigit() and len(text) < _DIGITS
    return int(text) if fits else None


def _tick() -> tuple[int, int]:
    """Milliseconds and an 18-bit counter, seeded at random and carried into the next millisecond."""
    global _last
    with _lock:
        millis = time.time_ns() // 1_000_000
        last_millis, last_counter = _last
        if millis > last_millis:
            _last = (millis, int.from_bytes(os.urandom(2), "big"))
        elif last_counter + 1 < 1 << 18:
            _last = (last_millis, last_counter + 1)
        else:
            _last = (last_millis + 1, 0)
        return _last
