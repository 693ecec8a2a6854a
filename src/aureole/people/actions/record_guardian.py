from __future__ import annotations

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.people.keeping import keep_what_is_held
from aureole.people.models import Childhood, Person
from aureole.people.restriction import refuse_unless_active

LONGEST = 1000


def record_guardian(*, person: Person, guardian: str, by: Actor) -> Person:
    """A holder of parental responsibility consented (GDPR Art. 8(1), (2)). The caller checked the permission.

    guardian  who, and how it was made sure, in words; sealed under the child's key
    Raises Refused without words, or for a person who is not known to be a child.
    """
    said = storable(guardian).strip()[:LONGEST]
    if not said:
        raise Refused(
            "guardian_words", "Say who consented and how you made sure (Art. 8(2)). Nothing was stored."
        )
    with transaction.atomic():
        refuse_unless_active(person.id)
        person.refresh_from_db(fields=["childhood"])
        if not person.childhood:
            raise Refused("not_a_child", "This person is not known to be a child. Nothing was stored.")
        keep_what_is_held(person.id, "guardian", said, by=by)
        person.guardian, person.childhood = said, Childhood.GUARDED
        person.save(update_fields=["guardian", "childhood"])
        record("people.guardian_recorded", by=by, person=person.id)
    live.touch("children")
    return person
