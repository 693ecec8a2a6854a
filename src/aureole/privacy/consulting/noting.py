"""What every change of a consultation asks first: that it is open, its day, and that its words name nobody."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.breaches.naming import said_without_names
from aureole.privacy.models import Consultation
from aureole.privacy.rights.place import today


def open_consultation(consultation_id: uuid.UUID) -> Consultation:
    """The locked row, in the caller's transaction. Raises NotFound; Refused for one that ended."""
    found = Consultation.objects.select_for_update().filter(pk=consultation_id).first()
    if found is None:
        raise NotFound("consultation_not_found", "There is no such consultation in the register.")
    if found.ended_on is not None:
        raise Refused("consultation_ended", "This consultation has ended; its entry stays as it is.")
    return found


def refuse_day(day: date, *, not_before: date) -> None:
    """Raises Refused for a day to come and for one before what it follows."""
    if day > today():
        raise Refused("consultation_day", "That day is still to come. Nothing was changed.")
    if day < not_before:
        raise Refused(
            "consultation_day", f"That day lies before {not_before}, on which it began. Nothing was changed."
        )


def words(text: str, *, needed: str = "") -> str:
    """As they are kept. Raises Refused where they name somebody; with `needed` as the sentence where there are none."""
    said = said_without_names(text)
    if needed and not said:
        raise Refused("consultation_words", needed)
    return said


def note(consultation: Consultation, what: str, *, by: Actor, **facts: Any) -> None:
    """In the caller's transaction."""
    record(f"consulting.{what}", by=by, consultation=consultation.number, **facts)
    live.touch("consultations")
