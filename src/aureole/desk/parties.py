"""Whom a message names as sender and recipients."""

from __future__ import annotations

from typing import Any


def parties_in(parties: dict[str, Any] | None) -> list[dict[str, str]]:
    """All senders and recipients of a message as a flat list."""
    found: list[dict[str, str]] = []
    for value in (parties or {}).values():
        found.extend(value if isinstance(value, list) else [value] if value else [])
    return found


def addresses_in(parties: dict[str, Any] | None) -> list[str]:
    return [party["address"] for party in parties_in(parties) if party.get("address")]
