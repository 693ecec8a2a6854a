from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.models import Organisation, Person, PersonStatus

_TEXTS = ("name", "pronouns", "postal_address", "language")


def correct_person(
    *, person: Person, by: Actor, organisation: Organisation | None = None, **values: str
) -> Person:
    """Set what is said to be right now (GDPR Art. 16); an empty text clears the field.

    values  any of name, pronouns, postal_address, language
    """
    strange = set(values) - set(_TEXTS)
    if strange:
        raise Refused("field_unknown", f"A person has no field {sorted(strange)[0]!r}; nothing was changed.")
    with transaction.atomic():
        refuse_unless_active(person)
        for field, value in values.items():
            clean = storable(value).strip()
            setattr(person, field, clean if field == "language" else clean or None)
            record("people.corrected", by=by, person=person.id, field=field)
        if organisation is not None:
            person.organisation = organisation
            record("people.corrected", by=by, person=person.id, field="organisation")
        changed = [*values, *(["organisation"] if organisation is not None else [])]
        person.save(update_fields=changed)
        searching.index_person(person)
    return person


def refuse_unless_active(person: Person) -> None:
    """Raise Refused for somebody who is being erased.

    Asked of the row itself, under lock: the object may be older than the start of an erasure.
    """
    row = (
        Person.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=person.pk)
        .only("status")
        .first()
    )
    if row is None or row.status == PersonStatus.ERASING:
        raise Refused(
            "person_frozen", "This person is being erased, so nothing about them can be changed now."
        )
