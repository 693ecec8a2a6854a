"""Days as they are typed on the command line."""

from __future__ import annotations

from datetime import date

from aureole.kernel.errors import Refused


def day_at(text: str, *, safe: str = "Nothing was changed.") -> date:
    """The day that was typed. Raises Refused, with what is `safe`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("day_unreadable", f"Write the day as 2027-03-31. {safe}") from None
