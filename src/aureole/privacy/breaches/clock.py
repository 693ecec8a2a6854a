"""The clock of a breach: hours from awareness, whatever day it is (GDPR Art. 33(1); EDPB Guidelines 9/2022).

Regulation (EEC, Euratom) 1182/71 Art. 3(4) moves a last day that is a holiday to the next working day, but not for
periods expressed in hours: these run over nights, weekends, holidays and the changes of summer time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class BreachClock:
    """hours is None where the law names none: a processor tells its controller without undue delay (Art. 33(2))."""

    noticed_at: datetime
    hours: int | None

    @property
    def due_at(self) -> datetime | None:
        """The moment at which the hours are over, in UTC: adding to a local time would count a changed hour twice."""
        if self.hours is None:
            return None
        return self.noticed_at.astimezone(UTC) + timedelta(hours=self.hours)

    def left(self, moment: datetime) -> timedelta | None:
        """Negative when it is over."""
        return None if self.due_at is None else self.due_at - moment

    def is_late(self, moment: datetime) -> bool:
        left = self.left(moment)
        return left is not None and left < timedelta(0)
