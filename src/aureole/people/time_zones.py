"""Names of time zones, as the IANA database on this machine has them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_time_zone(name: str) -> bool:
    """Whether that is one ("Europe/Stockholm")."""
    return name in _names()
