from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.models import Organisation, Person
from aureole.people.restriction import refuse_unless_active

_TEXTS = ("name", "pronouns", "postal_address", "language")


def correct_person(
    *, person: Person, by: Actor, organisation: Organisation | None = None, **values: str
) -> Person:
    """Set what is said to be right now (GDPR Art. 16); an empty text clears the field.

    values  any of name, pronouns, postal_address, language

    Raises Refused for an unknown field, and for a person who is restricted or being erased.
    """
    return _set(person, by, values, organisation=organisation)


def correct_as_asked(*, person: Person, by: Actor, **values: str) -> Person:
    """The same where the person exercises their right, which a restriction does not stop."""
    return _set(person, by, values, restricted_too=True)


def _set(
    person: Person,
    by: Actor,
    values: dict[str, str],
    *,
    organisation: Organisation | None = None,
    restricted_too: bool = False,
) -> Person:
    strange = set(values) - set(_TEXTS)
    if strange:
        raise Refused("field_unknown", f"A person has no field {sorted(strange)[0]!r}; nothing was changed.")
    with transaction.atomic():
        refuse_unless_active(person.id, restricted_too=restricted_too)
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
