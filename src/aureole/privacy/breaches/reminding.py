"""Officers are written to when a breach is recorded, a day and six hours before its hours end, and once they have."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.privacy.breaches.noting import note
from aureole.privacy.breaches.register import clock_of, is_ticking, ticking
from aureole.privacy.models import Breach
from aureole.privacy.rights.letters import write_to_officer
from aureole.privacy.rights.ports import officers

STAGES = ((timedelta(0), "late"), (timedelta(hours=6), "hours"), (timedelta(hours=24), "day"))
"""Time left from which on one reminder is due, the most urgent first."""


def remind_of_breaches() -> int:
    """One letter for each stage reached; how many breaches. Run again it does nothing: a stage is reminded of once."""
    return sum(_remind(breach) for breach in ticking())


def _remind(breach: Breach) -> bool:
    left = clock_of(breach).left(now())
    stage = next((name for most, name in STAGES if left is not None and left <= most), None)
    if stage is None:
        return False
    with transaction.atomic():
        fresh = Breach.objects.select_for_update().get(pk=breach.pk)
        if not is_ticking(fresh) or fresh.steps.filter(what="reminded", said__stage=stage).exists():
            return False
        note(fresh, "reminded", by=Actor.system(), said={"stage": stage})
        remind_of_breach(fresh, stage)
    return True


def remind_of_breach(breach: Breach, stage: str) -> None:
    """A letter to every officer, in the caller's transaction. It says no more than a notice on a desk may."""
    due = clock_of(breach).due_at
    when = f" The report to the authority is due by {due:%Y-%m-%d %H:%M} UTC." if due else ""
    late = " Its hours are over." if stage == "late" else ""
    way = f"{settings.AUREOLE_BASE_URL}/privacy/breaches/{breach.number}/"
    said = f"Breach no. {breach.number} is in the register and nothing was handed in yet.{late}{when} {way}"
    for officer in officers(None):
        write_to_officer(officer, heading=f"Breach no. {breach.number}", paragraphs=[said])
