"""The log's own retention: a month goes as a whole when its time is over, and what stays goes on verifying."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from aureole.ledger.models import Shard


def retire_months(older_than: datetime) -> dict[str, int]:
    """Let go of the entries of closed months that lie wholly before; returns how many, by month.

    The database itself refuses a month that is open, lacks its last checkpoint, or has an entry younger
    than a year or than `older_than`. Checkpoints stay, so it can still be said what the month was.
    """
    gone: dict[str, int] = {}
    months = Shard.objects.filter(closed_at__isnull=False, retired_at__isnull=True).order_by("name")
    for name in months.values_list("name", flat=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_retire_month(%s, %s)", [name, older_than])
            count = cursor.fetchone()[0]
        if count is not None:
            gone[name] = int(count)
    return gone
