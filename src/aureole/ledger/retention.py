"""The log's own retention: a month goes as a whole when its time is over, and what stays goes on verifying."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Q

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.models import Entry, EntryDetail, Leaf, Shard
from aureole.ledger.ports import confidant
from aureole.ledger.record import record

LEAST_MONTHS = 12
"""The database itself keeps every entry for a year."""
LET_GO = "ledger.month_let_go"


def end_of(month: str) -> datetime:
    """The first moment after a month by its name, "2026-03"; in UTC, as months are counted here."""
    year, number = (int(part) for part in month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def may_go_from(month: str) -> datetime:
    """No month goes earlier than this, whatever anybody set."""
    end = end_of(month)
    return end.replace(year=end.year + LEAST_MONTHS // 12)


def let_month_go(month: str, *, by: Actor) -> int | None:
    """Let go of a closed month's entries, with an entry that says so; how many went. In the caller's transaction.

    None for a month that is open, lacks its last checkpoint, went already, or is younger than a year; the database
    refuses these too. Its checkpoints stay, so it can still be said what the month was.
    """
    if now() < may_go_from(month):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_retire_month(%s, %s)", [month, end_of(month)])
        count: int | None = cursor.fetchone()[0]
    if count is not None:
        year, number = month.split("-")
        record(LET_GO, by=by, year=int(year), month=int(number), entries=count)
    return count


def closed_months() -> dict[str, int]:
    """How many entries, by name: of the months that are over and still here, the oldest first."""
    rows = Shard.objects.filter(closed_at__isnull=False, retired_at__isnull=True).order_by("name")
    return dict(rows.values_list("name", "size"))


def months_about(person_ids: Collection[uuid.UUID]) -> set[str]:
    """Names of the months with an entry about or by any of these persons, or with words of theirs beside one."""
    if not person_ids:
        return set()
    marks = [confidant().pseudonym(person_id) for person_id in person_ids]
    entries = Entry.objects.filter(Q(person__in=marks) | Q(actor__in=marks)).order_by().values("number")
    details = EntryDetail.objects.filter(person_id__in=list(person_ids)).values("entry_id")
    rows = Leaf.objects.filter(Q(entry_number__in=entries) | Q(entry_number__in=details))
    return set(rows.order_by().values_list("shard_id", flat=True).distinct())
