"""The statutory clock of a request: when an answer is due, strictly and with pauses.

GDPR Art. 12(3): without undue delay, at most one month from receipt, by any channel; two more months where
complexity or number make it necessary, if the person is told why within the first. Counting: calendar months
(never "30 days"), Regulation (EEC, Euratom) 1182/71 Art. 3; EDPB Guidelines 01/2022 on access, section 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from aureole.privacy.law.calendar import WorkingDays, add_months
from aureole.privacy.law.limits import ResponseLimit


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Days on which the answer waited for the person: from the day it was asked to the day before it came.

    cause  "identity" or "clarification"; only these may stop the clock, and only when asked without undue delay
    """

    since: date
    until: date | None
    cause: str

    def days(self, today: date) -> int:
        return max(0, ((self.until or today) - self.since).days)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What is due when. All days are days at the controller's place."""

    received_on: date
    limit: ResponseLimit
    working_days: WorkingDays
    extended: bool = False
    pauses: Sequence[Pause] = field(default_factory=tuple)

    @property
    def extend_until(self) -> date:
        """Last day on which the person can be told of an extension: inside the first month, pauses or not."""
        return self._after(self.limit.months, 0)

    @property
    def due_on_strict(self) -> date:
        """As if the clock never stopped: what an authority that accepts no pause would count."""
        return self._after(self._months, 0)

    def due_on(self, today: date) -> date:
        """With the pauses so far; one that still runs moves it by a day each day."""
        return self._after(self._months, self.paused_days(today))

    def paused_days(self, today: date) -> int:
        """Days that lie in any pause; days in two count once."""
        days: set[int] = set()
        for pause in self.pauses:
            start = pause.since.toordinal()
            days.update(range(start, start + pause.days(today)))
        return len(days)

    def days_left(self, today: date) -> int:
        """Negative when overdue."""
        return (self.due_on(today) - today).days

    @property
    def _months(self) -> int:
        return self.limit.months + (self.limit.extension_months if self.extended else 0)

    def _after(self, months: int, days: int) -> date:
        return self.working_days.on_or_after(add_months(self.received_on, months) + timedelta(days=days))
