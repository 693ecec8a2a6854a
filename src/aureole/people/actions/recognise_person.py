from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import QuerySet

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import Refused
from aureole.kernel.ids import new_id
from aureole.kernel.inserting import insert_rows
from aureole.kernel.text import one_line, storable
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.models import Identifier, IdentifierOrigin, Person, PersonSource, PersonStatus
from aureole.people.normalise import normalise
from aureole.privacy.informing.owing import owe_somebody_new
from aureole.privacy.suppression.keeping_away import refuse_kept_away
from aureole.vault import blind_index
from aureole.vault.groups import KeyGroup
from aureole.vault.keys import mint
from aureole.vault.unlock import unlock

_MAX_NAME = 200
_ORIGINS: dict[str, IdentifierOrigin] = {
    PersonSource.MENTIONED: IdentifierOrigin.MENTIONED,
    PersonSource.STAFF: IdentifierOrigin.STAFF,
    PersonSource.IMPORT: IdentifierOrigin.IMPORT,
}
_WAYS: dict[str, str] = {PersonSource.STAFF: "staff", PersonSource.IMPORT: "import"}
_FIRST_KEYS = (KeyGroup.IDENTITY, KeyGroup.CORRESPONDENCE, KeyGroup.EVIDENCE)


def recognise_person(
    *, kind: str, value: str, by: Actor, source: str, name: str = "", language: str = ""
) -> Person:
    """The person with this identifier; a new one when nobody has it.

    An identifier belongs to one person: of two callers at once, both get the same person.
    A name is filled in where none is known yet, never overwritten. Raises Refused for an unusable identifier, and for
    one on the suppression list.
    """
    compared = normalise(kind, value)
    with transaction.atomic(savepoint=False):
        older, newer = blind_index.both_digests(kind, compared)
        known = _owners.objects(kind, older=older, newer=newer)
        if known and known[0].status != PersonStatus.ACTIVE:
            return known[0]  # restricted or being erased: recognised, and nothing is added about them
        if known:
            if source == PersonSource.EMAIL and known[0].source == PersonSource.MENTIONED:
                _has_used(known[0], compared)
            return _named(known[0], name)
        way = _WAYS.get(source, "mail")
        refuse_kept_away(kind, compared, themselves=source == PersonSource.EMAIL, way=way, by=by)
        return _new_person(kind, compared, value, name, source, language, by)


def _build_owner(kind: str, *, older: bytes, newer: bytes) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=blind_index.owners_of_digests(kind, older, newer))


_owners: Compiled[Person] = Compiled(_build_owner)


def _named(person: Person, name: str) -> Person:
    clean = one_line(storable(name))[:_MAX_NAME]
    if clean and not person.name and not person.is_erased:
        person.name = clean
        person.save(update_fields=["name"])
        searching.index_person(person)
    return person


def _has_used(person: Person, compared: str) -> None:
    """An address that was only seen in copies, and that the person has now written from, is their own."""
    seen = Identifier.objects.filter(person=person, origin=IdentifierOrigin.MENTIONED)
    for identifier in unlock(seen):
        if identifier.value == compared:
            Identifier.objects.filter(pk=identifier.pk).update(origin=IdentifierOrigin.OWN, created_at=now())


def _new_person(
    kind: str, compared: str, shown: str, name: str, source: str, language: str, by: Actor
) -> Person:
    person = Person(
        id=new_id(), source=source, language=language, created_at=now(),
        name=one_line(storable(name))[:_MAX_NAME] or None,
    )  # fmt: skip
    identifier = Identifier(
        person=person,
        kind=kind,
        value=compared,
        shown=one_line(storable(shown)),
        created_at=now(),
        origin=_ORIGINS.get(source, IdentifierOrigin.OWN),
    )
    owner = blind_index.add(kind=kind, value=compared, person_id=person.id, row_id=identifier.id)
    if owner != person.id:
        return _faster(owner)
    mint(person.id, _FIRST_KEYS)
    insert_rows([person])
    insert_rows([identifier])
    searching.index_new_person(person, identifier)
    if source != PersonSource.EMAIL:
        owe_somebody_new(person.id, source)
    record("people.created", by=by, person=person.id, source=source)
    return person


def _faster(owner: uuid.UUID) -> Person:
    """Whoever claimed the identifier first. Without a row they are being erased: nobody new may slip in meanwhile."""
    person = Person.objects.filter(pk=owner).first()
    if person is None:
        raise Refused(
            "person_frozen",
            "Whoever has this address is being erased. Nothing was saved; try again once that is done.",
        )
    return person
