"""Whom an erasure keeps away, and what may still make a record of them (GDPR Art. 17, 21(3), 6(1)(c) and (f)).

A mail they send themselves is their own choice to deal with us again, so it is answered, unless they had objected:
then it waits for an officer. What others do (an import, an agent, a copy line) makes no record of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import partial

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotedRefusal
from aureole.ledger.record import record
from aureole.privacy.law.calendar import add_months
from aureole.privacy.models import Objection, RequestKind, RequestState, RightsRequest
from aureole.privacy.ports import directory
from aureole.privacy.retention.schedule import Schedule
from aureole.privacy.rights.place import today
from aureole.privacy.suppression.attempts import note_attempt
from aureole.vault import suppression

CODE = "person_suppressed"
CLASS = "suppression"
ERASED, OBJECTED = "erased", "objected"


def keep_away(person_id: uuid.UUID) -> date | None:
    """In the transaction in which the erasure of somebody who asked for it begins.

    The first day on which the entries do not count any more, as the person is told; None when there is no address, or
    a period of no months was set.
    """
    identifiers = _boxes(directory().compared(person_id))
    until = add_months(today(), Schedule.now().months(CLASS))
    if not identifiers or until <= today():
        return None
    ground = OBJECTED if _objected(person_id) else ERASED
    suppression.suppress(identifiers, ground=ground, today=today(), until=until)
    return until


def keep_away_no_more(person_id: uuid.UUID, until: date) -> None:
    """The erasure was called off before anything was gone: the entries that end when its own end are lifted."""
    for kind, box in _boxes(directory().compared(person_id)):
        found = suppression.find(kind, box, today())
        if found is not None and found.until == until:
            suppression.lift(found.uid)


def entry_for(kind: str, compared: str) -> suppression.Suppressed | None:
    """The entry that keeps this address away, however it is spelt."""
    box = directory().mailbox(kind, compared)
    found = suppression.find(kind, box, today())
    if found is None and box != compared:  # noted before spellings were put into one form
        found = suppression.find(kind, compared, today())
    return found


def _boxes(identifiers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Once each, in the form in which they are noted."""
    return list(dict.fromkeys((kind, directory().mailbox(kind, value)) for kind, value in identifiers))


def _objected(person_id: uuid.UUID) -> bool:
    asked = RightsRequest.objects.filter(
        person_id=person_id, kind=RequestKind.OBJECTION, state=RequestState.DONE
    )
    stands = Objection.objects.filter(person_id=person_id)
    return stands.values("pk").union(asked.values("pk")).exists()


def refuse_kept_away(kind: str, compared: str, *, themselves: bool, way: str, by: Actor) -> None:
    """Asked where somebody new is about to be recorded, for an address that nobody has.

    themselves  they wrote to us, so only an objection keeps them away; that they came back is in the log
    way         of `attempts.WAYS`: who tried, for the officers
    Raises NotedRefusal.
    """
    found = entry_for(kind, compared)
    if found is None:
        return
    if themselves and found.ground != OBJECTED:
        record("privacy.came_back", by=Actor.system())
        return
    raise NotedRefusal(
        CODE,
        "Somebody with this address or number was erased here and is on the suppression list until "
        f"{found.until.isoformat()}, so nothing was recorded. If they want to come back, a privacy officer lifts the "
        "entry (the page Kept away, or `aureole suppression lift`).",
        partial(note_attempt, way, by),
    )
