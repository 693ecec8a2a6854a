"""How long somebody is a customer: until we were last in touch, or until the day that somebody stated."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection, transaction

from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.people.models import Person
from aureole.people.restriction import refuse_unless_active

_NOTE = """
UPDATE people_person p SET last_contact_on = greatest(p.last_contact_on, seen.day)
FROM unnest(%s::uuid[], %s::date[]) AS seen(person_id, day)
WHERE p.id = seen.person_id
"""


def lock_persons(person_ids: Collection[uuid.UUID]) -> None:
    """Until the caller's transaction ends, in an order that no two callers take differently."""
    rows = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(person_ids))
    list(rows.order_by("pk").values_list("pk"))


def note_last_contact(days: Mapping[uuid.UUID, date]) -> None:
    """What a conversation told about a person's last contact, before it goes. The later day counts."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [list(days), list(days.values())])


def end_relationship(*, person: Person, ended_on: date | None, by: Actor) -> Person:
    """Somebody stated when this person stopped being a customer; None: they still are one, or are again."""
    with transaction.atomic():
        refuse_unless_active(person.id)
        person.relationship_ended_on = ended_on
        person.save(update_fields=["relationship_ended_on"])
        record("people.corrected", by=by, person=person.id, field="relationship")
    return person
