"""Until when a supervisory authority answers a prior consultation.

GDPR Art. 36(2): within eight weeks of receipt; six more where the processing is complex, if it tells the controller so
with reasons within a month of receipt; the periods may stand still until it has the information it asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from aureole.privacy.law.calendar import WorkingDays, add_months
from aureole.privacy.law.limits import ConsultationLimit


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Days on which the authority waited for information: from the day it asked to the day before it had it."""

    since: date
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsultationClock:
    """What is due when. All days are days at the controller's place."""

    received_on: date
    limit: ConsultationLimit
    working_days: WorkingDays
    extended: bool = False
    waits: Sequence[Wait] = field(default_factory=tuple)

    @property
    def extend_until(self) -> date:
        """Last day on which the authority can announce that it takes longer."""
        return self.working_days.on_or_after(add_months(self.received_on, self.limit.announced_within_months))

    @property
    def due_on_strict(self) -> date:
        """As if the clock never stood still."""
        return self._after(0)

    def due_on(self, today: date) -> date:
        return self._after(self.waited_days(today))

    def waited_days(self, today: date) -> int:
        """Days that lie in any wait; days in two count once. One that goes on counts until today."""
        days: set[int] = set()
        for wait in self.waits:
            days.update(range(wait.since.toordinal(), (wait.until or today).toordinal()))
        return len(days)

    def days_left(self, today: date) -> int:
        """Negative when the authority is late."""
        return (self.due_on(today) - today).days

    def _after(self, days: int) -> date:
        weeks = self.limit.weeks + (self.limit.extension_weeks if self.extended else 0)
        return self.working_days.on_or_after(self.received_on + timedelta(weeks=weeks, days=days))
