from __future__ import annotations

from datetime import date

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.people.children import is_below_age, keep_childhood
from aureole.people.keeping import keep_what_is_held
from aureole.people.models import Childhood, Person
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import NoticeEvent
from aureole.vault.unlock import unlock


def note_no_child(*, person: Person, by: Actor) -> Person:
    """It was a mistake that they are a child (GDPR Art. 5(1)(d), 16); their right date of birth is not known. The
    caller checked the permission.

    A birth date below the age goes with it, a guardian stays on record. Mail that was stopped stays stopped.
    Repeating it changes nothing. Raises Refused for a person who is restricted or being erased.
    """
    with transaction.atomic():
        refuse_unless_active(person.id)
        person = unlock(Person.objects.filter(pk=person.pk))[0]
        if not person.childhood:
            return person
        born = str(person.birth_date or "")
        if born and is_below_age(date.fromisoformat(born)):
            keep_what_is_held(person.id, "birth_date", "", by=by)
            person.birth_date = None
            record("people.corrected", by=by, person=person.id, field="birth_date")
            notify_recipients(person.id, NoticeEvent.CORRECT, by=by, fields=["birth_date"])
        person.childhood, person.child_since = Childhood.NONE, None
        person.save(update_fields=["birth_date", "childhood", "child_since"])
        keep_childhood(person)
        record("people.no_child", by=by, person=person.id)
    live.touch("children")
    return person
