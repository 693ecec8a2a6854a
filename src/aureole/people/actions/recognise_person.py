from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.kernel.text import one_line, storable
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.models import Identifier, Person
from aureole.people.normalise import normalise
from aureole.vault import blind_index
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import mint

_MAX_NAME = 200
_FIRST_KEYS = (KeyGroup.IDENTITY, KeyGroup.CORRESPONDENCE, KeyGroup.EVIDENCE)


def recognise_person(
    *, kind: str, value: str, by: Actor, source: str, name: str = "", language: str = ""
) -> Person:
    """The person with this identifier; a new one when nobody has it.

    An identifier belongs to one person: of two callers at once, both get the same person.
    A name is filled in where none is known yet, never overwritten. Raises Refused for an unusable identifier.
    """
    compared = normalise(kind, value)
    with transaction.atomic():
        owner = blind_index.find(kind=kind, value=compared)
        if owner is not None:
            return _known(owner, name)
        return _new_person(kind, compared, value, name, source, language, by)


def _known(person_id: uuid.UUID, name: str) -> Person:
    person = Person.objects.get(pk=person_id)
    clean = one_line(storable(name))[:_MAX_NAME]
    if clean and not person.name and not person.is_erased:
        person.name = clean
        person.save(update_fields=["name"])
        searching.index_person(person)
    return person


def _new_person(
    kind: str, compared: str, shown: str, name: str, source: str, language: str, by: Actor
) -> Person:
    person = Person(
        id=new_id(), source=source, language=language, created_at=now(),
        name=one_line(storable(name))[:_MAX_NAME] or None,
    )  # fmt: skip
    identifier = Identifier(
        person=person, kind=kind, value=compared, shown=one_line(storable(shown)), created_at=now()
    )
    owner = blind_index.add(kind=kind, value=compared, person_id=person.id, row_id=identifier.id)
    if owner != person.id:
        return Person.objects.get(pk=owner)
    mint(person.id, _FIRST_KEYS)
    person.save(force_insert=True)
    identifier.save(force_insert=True)
    searching.index_person(person, [identifier])
    record("people.created", by=by, person=person.id, source=source)
    return person
