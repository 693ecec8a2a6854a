"""Row ids as a running system would have made them: each with the time its row was written."""

from __future__ import annotations

import os
import uuid
from datetime import datetime

_VERSION, _VARIANT = 0x7 << 76, 0b10 << 62


def id_at(moment: datetime) -> uuid.UUID:
    """A UUID version 7 of that millisecond (RFC 9562 §5.7). The product relies on ids growing with time."""
    random = int.from_bytes(os.urandom(10), "big")
    millis = int(moment.timestamp() * 1000)
    return uuid.UUID(
        int=(millis << 80) | _VERSION | (random >> 68) << 64 | _VARIANT | random & ((1 << 62) - 1)
    )
