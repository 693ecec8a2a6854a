"""Where a receiver stands, as Chapter V of the GDPR sees it: inside the EEA, found adequate, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from aureole.privacy.law.dated import is_in_force, table


class Reach(Enum):
    """INSIDE the European Economic Area; ADEQUATE by a decision of the Commission (Art. 45); THIRD needs a safeguard
    (Art. 46); UNKNOWN while nobody has said where a receiver is."""

    INSIDE = "inside"
    ADEQUATE = "adequate"
    THIRD = "third"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """`limits`: for whom in that country the decision holds; "" for everybody. `source`: the decision."""

    reach: Reach
    limits: str = ""
    source: str = ""


def standing_of(country: str, day: date) -> Standing:
    """Of a country by its ISO 3166 code, on that day; "" when it was not said."""
    if not country:
        return Standing(reach=Reach.UNKNOWN)
    found = table("transfer_countries")
    if country in found["eea"]:
        return Standing(reach=Reach.INSIDE)
    for line in found["adequate"]:
        if country in line["countries"] and is_in_force(line, day):
            return Standing(reach=Reach.ADEQUATE, limits=line.get("limits", ""), source=line["source"])
    return Standing(reach=Reach.THIRD)
