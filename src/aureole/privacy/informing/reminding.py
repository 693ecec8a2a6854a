"""Officers are reminded of people who have to be told: with days left, with one, and once it is late, each once."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.privacy.informing.listing import due_on, over_by, owed
from aureole.privacy.rights.letters import write_to_officer
from aureole.privacy.rights.place import today
from aureole.privacy.rights.ports import officers
from aureole.privacy.rights.queue import SOON_DAYS
from aureole.privacy.rights.reminding import is_due


def remind_of_informing(*, by: Actor) -> int:
    """One letter to each officer about all who reached a new stage; how many people. Safe to run again."""
    day, count = today(), 0
    first: date | None = None
    with transaction.atomic():
        rows = owed().filter(over_by(day + timedelta(days=SOON_DAYS))).order_by()
        for group in rows.values("obtained_on", "disclosed_on", "reminded_on").distinct():
            due = due_on(group["obtained_on"], group["disclosed_on"])
            if not is_due(due, (due - day).days, group["reminded_on"]):
                continue
            changed = owed().filter(**group).order_by().update(reminded_on=day)
            count, first = count + changed, min(due, first or due) if changed else first
        if count and first is not None:
            record("informing.reminded", by=by, persons=count)
            _write(count, first.isoformat())
    return count


def _write(count: int, first: str) -> None:
    who = "1 person has" if count == 1 else f"{count} people have"
    way = f"{settings.AUREOLE_BASE_URL}/privacy/to-be-told/"
    said = f"{who} to be told where we have their data from (GDPR Art. 14), the first by {first}: {way}"
    for officer in officers(None):
        write_to_officer(officer, heading="People have to be told", paragraphs=[said])
