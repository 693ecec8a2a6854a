"""A statutory clock in days: when something is due, strictly and with the days on which the time stood still.

Of a request, GDPR Art. 12(3): without undue delay, at most one month from receipt, by any channel; two more months
where complexity or number make it necessary, if the person is told why within the first. It stands still while proof of
identity or a needed clarification is outstanding (EDPB Guidelines 01/2022 on access, section 5.3).
Of a prior consultation, Art. 36(2): the authority answers within eight weeks of receipt; six more where the processing
is complex, if it says so with reasons within a month of receipt. It stands still until it has what it asked for.

Counting: calendar months (never "30 days"), Regulation (EEC, Euratom) 1182/71 Art. 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.limits import Limit, Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Days on which the time stood still: from the day something was asked to the day before it came."""

    since: date
    until: date | None

    def days(self, today: date) -> range:
        """As ordinals; a pause that still runs, until yesterday."""
        return range(self.since.toordinal(), (self.until or today).toordinal())


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """What is due when. All days are days at the controller's place."""

    received_on: date
    limit: Limit
    working_days: WorkingDays
    extended: bool = False
    pauses: Sequence[Pause] = field(default_factory=tuple)

    @property
    def extend_until(self) -> date:
        """Last day on which it can be said that it takes longer: pauses do not move it."""
        return self._end(self.limit.announced_within)

    @property
    def due_on_strict(self) -> date:
        """As if the clock never stopped: what an authority that accepts no pause would count."""
        return self._end(self._whole)

    def due_on(self, today: date) -> date:
        """With the pauses so far; one that still runs moves it by a day each day."""
        return self._end(self._whole, self.paused_days(today))

    def paused_days(self, today: date) -> int:
        """Days that lie in any pause; days in two count once. Once the time is over nothing stops it any more."""
        days: set[int] = set()
        for pause in self.pauses:
            days.update(pause.days(today))
        count = 0
        for day in sorted(days):
            if date.fromordinal(day) > self._end(self._whole, count):
                break
            count += 1
        return count

    def days_left(self, today: date) -> int:
        """Negative when overdue."""
        return (self.due_on(today) - today).days

    @property
    def _whole(self) -> Period:
        return self.limit.within + self.limit.extension if self.extended else self.limit.within

    def _end(self, period: Period, paused: int = 0) -> date:
        return self.working_days.on_or_after(period.after(self.received_on) + timedelta(days=paused))
