"""Values that are not shown at a glance. What is hidden is chosen by what it could be misused for."""

from __future__ import annotations

_HIDDEN = "·"


def mask_phone(number: str) -> str:
    """Country and area, then dots, then the last two digits: enough to tell two numbers apart."""
    digits = [place for place, letter in enumerate(number) if letter.isdigit()]
    hidden = set(digits[4:-2] if len(digits) > 7 else digits[:-2])
    return "".join(_HIDDEN if place in hidden else letter for place, letter in enumerate(number))


def mask_all(value: str) -> str:
    """Nothing but that there is something; its length is not told either."""
    return _HIDDEN * 10 if value else ""
