"""What can be somebody's date of birth, whoever says it: staff, a request, a package."""

from __future__ import annotations

from datetime import date

from aureole.kernel.errors import Refused
from aureole.privacy.rights.place import today

_OLDEST = 130


def stated_day(text: str) -> date:
    """A date of birth as it was typed. Raises Refused for one that can be none: a slip in the year ("0012") would else
    make a child an adult."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("day_unreadable", "Write the day as 2012-05-17. Nothing was stored.") from None
    if day > today():
        raise Refused("born_in_future", "Nobody is born in the future. Nothing was stored.")
    if today().year - day.year > _OLDEST:
        raise Refused(
            "born_too_early",
            f"Nobody is older than {_OLDEST} years: look at the year once more. Nothing was stored.",
        )
    return day
