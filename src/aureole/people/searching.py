"""What the search index gets to know about a person, and how a hit is opened again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from aureole.kernel.actor import Actor
from aureole.people.models import Correction, Identifier, IdentifierKind, Person
from aureole.people.queries import corrections_of, former
from aureole.people.twin_keys import keys_of
from aureole.privacy.export.naming import keys_of_name
from aureole.search import sources
from aureole.search.document import Document
from aureole.search.index import index_documents
from aureole.search.sources import Hit
from aureole.vault.unlock import unlock


def index_person(person: Person) -> None:
    """Bring the index up to date, in the caller's transaction."""
    kept = corrections_of([person.id]).get(person.id, [])
    index_documents([_document(person, list(person.identifiers.all()), kept)])


def index_new_person(person: Person, identifier: Identifier) -> None:
    """The same of somebody who has nothing else yet: nothing is asked for."""
    index_documents([_document(person, [identifier], [])])


def _document(
    person: Person, identifiers: Sequence[Identifier], corrections: Sequence[Correction]
) -> Document:
    """Former names and addresses too: people still write to, and about, whoever bore them."""
    values = [identifier.value for identifier in identifiers]
    names, addresses = former(corrections, "name"), _former_addresses(corrections)
    return Document(
        kind="person",
        row_id=person.id,
        person_id=person.id,
        at=person.created_at,
        texts=[person.name or "", person.postal_address or "", *names, *addresses],
        prefix_texts=[person.name or "", *values, *names, *person.other_names],
        exact=values,
        language=person.language,
        keys=[*(key.term for key in keys_of(person, identifiers)), *_name_terms(person, names)],
    )


def _former_addresses(corrections: Sequence[Correction]) -> list[str]:
    """Of all kinds: where they lived, and what reached them or was thought to."""
    return [
        text for field in ("postal_address", *IdentifierKind.values) for text in former(corrections, field)
    ]


def _name_terms(person: Person, former_names: Sequence[str]) -> list[str]:
    """By which a full name in somebody's text leads to whoever bears it, without asking for everybody."""
    every = (str(person.name or ""), *former_names, *person.other_names)
    return [name_term(key) for key in dict.fromkeys(k for name in every for k in keys_of_name(name))]


def name_term(key: str) -> str:
    return f"name|{key}"


class PersonSource:
    """Persons for the search index."""

    kind = "person"

    def all_row_ids(self) -> Iterator[uuid.UUID]:
        yield from Person.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, row_ids: Sequence[uuid.UUID]) -> Iterator[Document]:
        kept = corrections_of(row_ids)
        for person in _opened(Person.objects.filter(pk__in=row_ids)):
            yield _document(person, list(person.identifiers.all()), kept.get(person.id, []))

    def open(self, row_ids: Sequence[uuid.UUID], actor: Actor) -> dict[uuid.UUID, Hit]:
        found = _opened(Person.objects.visible_to(actor).filter(pk__in=row_ids))
        kept = corrections_of(person.id for person in found)
        return {person.id: _hit(person, kept.get(person.id, [])) for person in found}


def _opened(rows: QuerySet[Person]) -> list[Person]:
    persons = list(rows.prefetch_related("identifiers"))
    unlock(persons, (i for p in persons for i in p.identifiers.all()))
    return [person for person in persons if not person.is_erased]


def _hit(person: Person, corrections: Sequence[Correction]) -> Hit:
    identifiers = [identifier.shown for identifier in person.identifiers.all()]
    name = person.name or (identifiers[0] if identifiers else "Unnamed person")
    compared = [identifier.value for identifier in person.identifiers.all()]
    before = [*former(corrections, "name"), *_former_addresses(corrections)]
    text = "\n".join(
        [name, *identifiers, *compared, person.postal_address or "", *before, *person.other_names]
    )
    return Hit(
        kind="person", id=person.id, ticket=None, person=person.id, person_name=name,
        title=name, text=text, at=person.created_at,
    )  # fmt: skip


def register() -> None:
    sources.register(PersonSource())
