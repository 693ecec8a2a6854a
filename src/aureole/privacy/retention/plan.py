"""The dry run: what has run out, by class and table, and what becomes of it. Writes nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from aureole.kernel.errors import Refused
from aureole.privacy.law.limits import Floor, statutory_floor
from aureole.privacy.retention.ports import Going, Line, When, units
from aureole.privacy.retention.schedule import Schedule
from aureole.privacy.rights.place import today


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Counts only. Its hash is what somebody approves: the same day, the same periods, the same counts."""

    when: When
    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    @property
    def hash(self) -> str:
        """SHA-256. The day is part of it, so that an approval runs out with the day."""
        content = {
            "day": self.when.as_of.isoformat(),
            "country": self.when.country,
            "rules": sorted([*key, months] for key, months in self.when.schedule.rules.items()),
            "lines": [_counts(line) for line in self.lines],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def expires_at(self) -> datetime:
        """Midnight at the controller's place."""
        following = self.when.as_of + timedelta(days=1)
        return datetime.combine(following, time(0), ZoneInfo(settings.AUREOLE_TIME_ZONE))

    def total(self, what: str) -> int:
        return sum(getattr(line, what) for line in self.lines)

    @property
    def does_something(self) -> bool:
        return bool(self.total("erase") or self.total("restrict"))

    def as_json(self) -> dict[str, object]:
        return {
            "classes": [_counts(line) for line in self.lines],
            "hash": self.hash,
            "expires_at": self.expires_at.isoformat(),
            "as_of": self.when.as_of.isoformat(),
            "notes": list(self.notes),
        }


def _counts(line: Line) -> dict[str, int | str]:
    return {
        "class": line.class_key, "table": line.table, "erase": line.erase, "restrict": line.restrict,
        "held": line.held, "floor": line.floor,
    }  # fmt: skip


def make_plan() -> Plan:
    """What would go today."""
    when = when_on(today())
    going = Going()
    lines = [line for unit in units() for line in unit.look(when, going)]
    told = [line for line in lines if line.erase or line.restrict or line.held or line.floor]
    return Plan(when=when, lines=tuple(told), notes=tuple(_notes(when)))


def when_on(day: date) -> When:
    country = str(settings.AUREOLE_COUNTRY).partition("-")[0]
    return When(as_of=day, schedule=Schedule.now(), country=country)


def _notes(when: When) -> list[str]:
    if letters_floor(when.country, when.as_of):
        return []
    if when.country == "EU":
        return [
            "No country is set, so nothing is kept for the law of one. If a law wants orders and returns kept, set "
            "AUREOLE_COUNTRY, or a longer period with “aureole retention set”."
        ]
    return [
        f"No statutory minimum is on file for {when.country}: nothing is kept for the law there. If a law wants orders "
        "and returns kept, set AUREOLE_COUNTRY, or a longer period with “aureole retention set”."
    ]


def letters_floor(country: str, day: date) -> Floor | None:
    """How long the law of that day wants business letters kept there; None where nothing is on file for the country."""
    try:
        return statutory_floor("business_letter", country, day)
    except Refused:
        return None
