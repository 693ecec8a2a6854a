from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.children import is_below_age, waiting_children
from aureole.people.keeping import keep_what_is_held
from aureole.people.models import Childhood, Person, PersonStatus
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.consent.sending import stop
from aureole.privacy.rights.place import today
from aureole.privacy.vocabulary import purposes
from aureole.vault.unlock import unlock


def mark_child(*, person: Person, by: Actor, born: str = "", known: bool = False) -> Person:
    """Note a stated birth date, and whether the person is below the age of consent. The caller checked the permission.

    born   ISO 8601 day, as stated; "" when only the fact is known
    known  it was said that they are below the age, whatever the date says

    Whoever turns out to be old enough is no longer taken for a child; a guardian on record stays on record. Of a child
    nobody answered for, mail that rests on consent and has not left is stopped in the same transaction.
    Raises Refused for a day that is none, or that is to come, or when neither is given.
    """
    if not born and not known:
        raise Refused("child_nothing_said", "Give a birth date, or say that the person is a child.")
    day = _day(born) if born else None
    is_child = known or (day is not None and is_below_age(day))
    with transaction.atomic():
        refuse_unless_active(person.id)
        person.refresh_from_db(fields=["childhood", "child_since"])
        before = person.childhood
        if day is not None:
            keep_what_is_held(person.id, "birth_date", day.isoformat(), by=by)
            person.birth_date = day.isoformat()
        person.childhood = (before or Childhood.WAITING) if is_child else Childhood.NONE
        if person.childhood != before:
            person.child_since = now() if is_child else None
            if is_child:
                record(
                    "people.child_marked", by=by, person=person.id, why="stated" if known else "birth_date"
                )
        if day is not None:
            record("people.corrected", by=by, person=person.id, field="birth_date")
        person.save(update_fields=["birth_date", "childhood", "child_since"])
        if person.childhood == Childhood.WAITING:
            for one in purposes():
                if one.basis == "consent":
                    stop(person.id, one.key)
    live.touch("children")
    return person


def note_come_of_age() -> int:
    """Who is old enough by now, and was a child only by their birth date, gives consent alone; how many. Safe to run
    twice. Whose data is restricted stays as it is."""
    grown = 0
    for person in unlock(waiting_children().filter(status=PersonStatus.ACTIVE, birth_date__isnull=False)):
        born = str(person.birth_date)
        if not person.is_erased and not is_below_age(date.fromisoformat(born)):
            with suppress(Refused):  # restricted or being erased since it was looked at
                mark_child(person=person, born=born, by=Actor.system())
                grown += 1
    return grown


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("day_unreadable", "Write the day as 2012-05-17. Nothing was stored.") from None
    if day > today():
        raise Refused("born_in_future", "Nobody is born in the future. Nothing was stored.")
    return day
