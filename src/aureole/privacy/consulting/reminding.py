"""Officers hear when an authority's time is nearly over, and when it is: what was asked about may not begin before."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.privacy.consulting.noting import note
from aureole.privacy.consulting.register import Line, consultations, line_of
from aureole.privacy.models import Consultation
from aureole.privacy.rights.letters import write_to_officer
from aureole.privacy.rights.place import today
from aureole.privacy.rights.ports import officers
from aureole.privacy.rights.reminding import is_due


def remind_of_consultations(*, by: Actor) -> int:
    """One letter for each stage reached; how many consultations. Not while the authority waits for us: its clock does
    not run then. Safe to run again."""
    return sum(_remind(consultation, by) for consultation in consultations())


def _remind(consultation: Consultation, by: Actor) -> bool:
    line = line_of(consultation)
    if line.is_waiting or not is_due(line.due_on, line.days_left, consultation.reminded_on):
        return False
    with transaction.atomic():
        noted = Consultation.objects.filter(
            pk=consultation.pk, ended_on=None, reminded_on=consultation.reminded_on
        )
        if not noted.update(reminded_on=today()):
            return False
        note(consultation, "reminded", by=by)
        for officer in officers(None):
            write_to_officer(
                officer, heading=f"Consultation no. {consultation.number}", paragraphs=[_said(line)]
            )
    return True


def _said(line: Line) -> str:
    number, due = line.consultation.number, line.due_on.isoformat()
    way = f"{settings.AUREOLE_BASE_URL}/privacy/consultations/{number}/"
    if line.days_left < 0:
        return (
            f"The authority had until {due} to answer consultation no. {number} and nothing is noted: {way}"
        )
    return f"The authority answers consultation no. {number} by {due} at the latest: {way}"
