"""When a mail arrived, for mails that come from files: their headers are all we have."""

from __future__ import annotations

from datetime import datetime, timedelta

from aureole.channels.email.parsed import ParsedMail

_CLOCKS_DIFFER = timedelta(hours=1)


def arrived_at(mail: ParsedMail, received_at: datetime) -> datetime:
    """What the mail says, unless it says the future: a wrong clock must not keep a ticket on top for years."""
    if mail.date is None or mail.date > received_at + _CLOCKS_DIFFER:
        return received_at
    return min(mail.date, received_at)
