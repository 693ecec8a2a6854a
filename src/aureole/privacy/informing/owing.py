"""Who has to be told what, and that they were.

Everything here runs in the caller's transaction. Two facts are kept apart: where data came from that is not the
person's own (Art. 14), and the right to object (Art. 21(4)), which everybody is told of once, clearly and separately,
with the first message to them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.record import record
from aureole.privacy.informing.objecting import may_object
from aureole.privacy.models import Informing, ObtainedFrom, Settled
from aureole.privacy.rights.place import today


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody still has to be told. source "" when nothing of theirs came from elsewhere, or they know."""

    source: str = ""
    objection: bool = False

    def __bool__(self) -> bool:
        return bool(self.source) or self.objection

    @property
    def code(self) -> str:
        """ "source", "objection", "both" or "": what a mail that carries it is marked with."""
        if self.source:
            return "both" if self.objection else "source"
        return "objection" if self.objection else ""


def owe(person_id: uuid.UUID, source: str) -> None:
    """Data about them came from elsewhere today. They are told once of each way it came."""
    if not Informing.objects.filter(person_id=person_id, source=source).exists():
        owe_somebody_new(person_id, source)


def owe_somebody_new(person_id: uuid.UUID, source: str) -> None:
    """The same for somebody who was not here before."""
    Informing.objects.create(person_id=person_id, source=ObtainedFrom(source), obtained_on=today())


def owed_to(person_id: uuid.UUID) -> Owed:
    """One statement."""
    rows = list(Informing.objects.filter(person_id=person_id).order_by("obtained_on", "id"))
    source = next((row.source for row in rows if row.settled_at is None), "")
    told = any(row.objection_told_at is not None for row in rows)
    return Owed(source=source, objection=not told and may_object())


def note_told(person_id: uuid.UUID, *, how: str, by: Actor, source: bool, objection: bool) -> int:
    """They were told; how many ways their data came are settled by it. Noted again it changes nothing.

    source, objection  which of the two it was
    """
    moment = now()
    rows = list(Informing.objects.select_for_update().filter(person_id=person_id))
    settled = [row.pk for row in rows if source and row.settled_at is None]
    Informing.objects.filter(pk__in=settled).update(settled_at=moment, how=how)
    fresh = objection and not any(row.objection_told_at is not None for row in rows)
    if fresh and rows:
        Informing.objects.filter(person_id=person_id).update(objection_told_at=moment)
    elif fresh:
        Informing.objects.create(
            person_id=person_id, source=ObtainedFrom.OWN, obtained_on=today(), settled_at=moment, how=how,
            objection_told_at=moment,
        )  # fmt: skip
    if settled or fresh:
        record("informing.told", by=by, person=person_id, how=how, sources=len(settled), objection=int(fresh))
    return len(settled)


def take_back(person_id: uuid.UUID, *, by: Actor, source: bool, objection: bool) -> None:
    """What told them did not reach them after all: they are owed it again."""
    theirs, missed = Informing.objects.filter(person_id=person_id), 0
    by_message = theirs.filter(how=Settled.MESSAGE)
    if objection:
        missed += by_message.filter(source=ObtainedFrom.OWN).delete()[0]
        missed += theirs.exclude(objection_told_at=None).update(objection_told_at=None)
    if source:
        missed += by_message.exclude(source=ObtainedFrom.OWN).update(settled_at=None, how="")
    if missed:
        record("informing.missed", by=by, person=person_id)


def leave_out_staff(person_id: uuid.UUID, *, by: Actor) -> None:
    """Whoever works here is told as staff, by their employer; not by mails of the desk."""
    owe(person_id, ObtainedFrom.STAFF)
    note_told(person_id, how=Settled.STAFF, by=by, source=True, objection=True)
