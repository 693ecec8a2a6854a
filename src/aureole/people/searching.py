"""What the search index gets to know about a person, and how a hit is opened again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from aureole.kernel.actor import Actor
from aureole.people.models import Identifier, Person
from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.search.sources import Hit
from aureole.vault.unlock import unlock


def index_person(person: Person, identifiers: Sequence[Identifier] | None = None) -> None:
    """Bring the index up to date, in the caller's transaction."""
    known = list(person.identifiers.all()) if identifiers is None else list(identifiers)
    index_documents([_document(person, known)])


def _document(person: Person, identifiers: Sequence[Identifier]) -> Document:
    values = [identifier.value for identifier in identifiers]
    return Document(
        kind="person",
        row_id=person.id,
        person_id=person.id,
        at=person.created_at,
        texts=[person.name or "", person.postal_address or ""],
        prefix_texts=[person.name or "", *values],
        exact=values,
        language=person.language,
    )


class PersonSource:
    """Persons for the search index."""

    kind = "person"

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Person.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        for person in _opened(Person.objects.filter(pk__in=row_ids)):
            yield _document(person, list(person.identifiers.all()))

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        found = _opened(Person.objects.visible_to(actor).filter(pk__in=row_ids))
        return {person.id: _hit(person) for person in found}


def _opened(rows: QuerySet[Person]) -> list[Person]:
    persons = list(rows.prefetch_related("identifiers"))
    unlock(persons, (i for p in persons for i in p.identifiers.all()))
    return [person for person in persons if not person.is_erased]


def _hit(person: Person) -> Hit:
    identifiers = [identifier.shown for identifier in person.identifiers.all()]
    name = person.name or (identifiers[0] if identifiers else "Unnamed person")
    compared = [identifier.value for identifier in person.identifiers.all()]
    text = "\n".join([name, *identifiers, *compared, person.postal_address or ""])
    return Hit(
        kind="person", id=person.id, ticket=None, person=person.id, person_name=name,
        title=name, text=text, at=person.created_at,
    )  # fmt: skip


def register() -> None:
    sources.register(PersonSource())
