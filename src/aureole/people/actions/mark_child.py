from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.people.children import is_below_age, keep_childhood
from aureole.people.keeping import keep_what_is_held, note_former
from aureole.people.models import Childhood, Person
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.consent.sending import stop
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import NoticeEvent
from aureole.privacy.rights.birth_dates import stated_day
from aureole.privacy.vocabulary import purposes
from aureole.vault.unlock import unlock


def mark_child(
    *, person: Person, by: Actor, born: str = "", known: bool = False, request_id: uuid.UUID | None = None
) -> Person:
    """Note a stated birth date, and whether the person is below the age of consent. The caller checked the permission.

    born        ISO 8601 day, as stated; "" when only the fact is known
    known       it was said that they are below the age, whatever the date says
    request_id  they asked for it themselves (GDPR Art. 16), which a restriction does not stop

    Whoever turns out to be old enough is no longer taken for a child; a guardian on record stays on record. Of a child
    nobody answered for, mail that rests on consent and has not left is stopped in the same transaction. Whoever
    got their data is told of another date (Art. 19).
    Raises Refused for a day that is none, that is to come or on which nobody alive was born, or when neither is given.
    """
    if not born and not known:
        raise Refused("child_nothing_said", "Give a birth date, or say that the person is a child.")
    day = stated_day(born) if born else None
    is_child = known or (day is not None and is_below_age(day))
    with transaction.atomic():
        refuse_unless_active(person.id, restricted_too=request_id is not None)
        person.refresh_from_db(fields=["childhood", "child_since"])
        before = person.childhood
        if day is not None:
            _set_birth_date(person, day.isoformat(), by, request_id)
        person.childhood = (before or Childhood.WAITING) if is_child else Childhood.NONE
        if person.childhood != before:
            person.child_since = now() if is_child else None
            if is_child:
                record(
                    "people.child_marked", by=by, person=person.id, why="stated" if known else "birth_date"
                )
        person.save(update_fields=["childhood", "child_since"] + (["birth_date"] if day is not None else []))
        if person.childhood != before:
            keep_childhood(person)
        if person.childhood == Childhood.WAITING:
            for one in purposes():
                if one.basis == "consent":
                    stop(person.id, one.key)
    live.touch("children")
    return person


def _set_birth_date(person: Person, born: str, by: Actor, request_id: uuid.UUID | None) -> None:
    """Told to whoever has their data only when it says something else than before."""
    before = str(unlock(Person.objects.filter(pk=person.pk))[0].birth_date or "")
    if request_id is not None and before not in ("", born):
        note_former(person_id=person.id, field="birth_date", before=before, by=by, request_id=request_id)
    else:
        keep_what_is_held(person.id, "birth_date", born, by=by)
    person.birth_date = born
    record("people.corrected", by=by, person=person.id, field="birth_date")
    if before != born:
        notify_recipients(person.id, NoticeEvent.CORRECT, by=by, fields=["birth_date"], request_id=request_id)
