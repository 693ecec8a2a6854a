"""To whom a person may complain: the supervisory authority of the controller's place (GDPR Art. 77)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aureole.privacy.law.dated import is_in_force, table


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """name: as it calls itself; web: its address, without https://."""

    name: str
    web: str


def authority_of(place: str, day: date) -> Authority | None:
    """place: ISO 3166-1 or 3166-2. The authority of the part, else of the country; None where none is on file."""
    country = place.partition("-")[0]
    lines = [
        line for line in table("authorities")["authority"]
        if line["place"] in (place, country) and is_in_force(line, day)
    ]  # fmt: skip
    found = max(lines, key=lambda line: len(line["place"]), default=None)
    return Authority(name=found["name"], web=found["web"]) if found else None
