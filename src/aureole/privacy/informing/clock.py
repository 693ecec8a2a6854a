"""Until when somebody is told of data that did not come from them.

GDPR Art. 14(3): (a) within a reasonable time after obtaining it, at most a month; (b) at the latest with the first
message to them; (c) at the latest when it is first disclosed to somebody else. The first of the three counts, and the
latter two never lengthen the first (WP 260 rev.01, 28).
"""

from __future__ import annotations

from datetime import date

from aureole.privacy.law.calendar import WorkingDays
from aureole.privacy.law.limits import Limit


def tell_by(
    obtained_on: date,
    *,
    limit: Limit,
    working_days: WorkingDays,
    first_message_on: date | None = None,
    first_disclosure_on: date | None = None,
) -> date:
    """The day on which they have to know at the latest.

    Only the month is moved onwards by a day off (Regulation 1182/71 Art. 3(4)): a message and a disclosure are
    moments, no periods.
    """
    month = working_days.on_or_after(limit.within.after(obtained_on))
    return min(day for day in (month, first_message_on, first_disclosure_on) if day is not None)
