"""The engine's port to who people are."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from aureole.kernel.actor import Actor
from aureole.kernel.compiled import Compiled
from aureole.kernel.errors import NotFound, Refused
from aureole.kernel.text import fold
from aureole.people.anonymising import described, make_pseudonym, why_not
from aureole.people.children import refuse_consent_of_child
from aureole.people.mentions import PersonMentions
from aureole.people.models import (
    Correction,
    Identifier,
    IdentifierKind,
    MergedPerson,
    Person,
    PersonStatus,
    TwinSign,
)
from aureole.people.normalise import normalise
from aureole.people.queries import corrections_of, former, former_identifiers
from aureole.people.restriction import refuse_unless_active
from aureole.people.searching import name_term
from aureole.people.twin_keys import mailbox
from aureole.privacy import ports
from aureole.privacy.anonymising.ports import add_obstacle
from aureole.privacy.export.naming import keys_of_name
from aureole.privacy.ports import KnownAs
from aureole.search.find import mentioning, sharing
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

_ASKED_AT_ONCE = 20_000
_MOST_BEARERS = 50_000


class Directory:
    """Persons and their identifiers, as the privacy engine needs them."""

    def known_as(self, person_id: uuid.UUID) -> KnownAs | None:
        person = next(iter(unlock(_one.objects(person_id=person_id))), None)
        if person is None or person.is_erased:
            return None
        identifiers = unlock(_identifiers.objects(person_id=person_id))
        corrections = unlock(_corrections.objects(person_id=person_id))
        corrected = former(corrections, "name")
        gone = former_identifiers(person_id, corrections)
        of_kind = {
            kind: tuple(
                dict.fromkeys(
                    [v for i in identifiers if i.kind == kind for v in (i.value, i.shown)]
                    + gone.get(kind, [])
                )
            )
            for kind in ("email", "phone", "external")
        }
        own = [str(person.name)] if person.name else []
        return KnownAs(
            person_id=person_id,
            names=tuple(dict.fromkeys([*own, *corrected, *person.other_names])),
            emails=of_kind["email"],
            phones=of_kind["phone"],
            others=of_kind["external"],
        )

    def freeze(self, person_id: uuid.UUID) -> bool:
        return bool(Person.objects.filter(pk=person_id).update(status=PersonStatus.ERASING))

    def thaw(self, person_id: uuid.UUID) -> None:
        rows = Person.objects.filter(pk=person_id, status=PersonStatus.ERASING)
        was = Case(
            When(restricted_at=None, then=Value(PersonStatus.ACTIVE)), default=Value(PersonStatus.RESTRICTED)
        )
        rows.update(status=was)

    def bearers(
        self, name: str, *, besides: uuid.UUID | None, among: Collection[uuid.UUID] | None = None
    ) -> set[uuid.UUID]:
        candidates = among
        if candidates is None:
            hits = mentioning([name], exclude_person=besides)
            candidates = {hit.row_id for hit in hits if hit.kind == "person"}
        if not candidates:
            return set()
        persons = unlock(Person.objects.visible_to(Actor.system()).filter(pk__in=candidates))
        return {p.id for p in persons if p.name and fold(str(p.name)) == fold(name)}

    def named_by(self, keys: Collection[str], *, besides: uuid.UUID) -> list[KnownAs]:
        terms = [name_term(key) for key in keys]
        found: set[uuid.UUID] = set()
        for start in range(0, len(terms), _ASKED_AT_ONCE):
            asked = terms[start : start + _ASKED_AT_ONCE]
            found.update(sharing(asked, kind="person", besides=besides, most=_MOST_BEARERS))
        persons = [p for p in unlock(Person.objects.filter(pk__in=found)) if not p.is_erased] if found else []
        kept = corrections_of([person.id for person in persons]) if persons else {}
        wanted, known = set(keys), []
        for person in persons:
            every = (str(person.name or ""), *former(kept.get(person.id, []), "name"), *person.other_names)
            names = tuple(name for name in dict.fromkeys(every) if wanted.intersection(keys_of_name(name)))
            if names:
                known.append(KnownAs(person_id=person.id, names=names))
        return sorted(known, key=lambda one: str(one.person_id))

    def formerly(self, person_id: uuid.UUID) -> list[uuid.UUID]:
        return [key for (key,) in _ended.rows(person_id=person_id)]

    def described(self, person_id: uuid.UUID) -> tuple[str, ...]:
        return described(person_id)

    def make_pseudonym(self, person_id: uuid.UUID, pseudonym: uuid.UUID, since: datetime) -> None:
        make_pseudonym(person_id, pseudonym, since)

    def pseudonyms(self) -> QuerySet[Any, uuid.UUID]:
        return Person.objects.pseudonyms().values_list("pk", flat=True)

    def restricted(self) -> QuerySet[Any, uuid.UUID]:
        return Person.objects.filter(status=PersonStatus.RESTRICTED).values_list("pk", flat=True)

    def compared(self, person_id: uuid.UUID) -> list[tuple[str, str]]:
        rows = unlock(_identifiers.objects(person_id=person_id))
        return [(i.kind, str(i.value)) for i in rows if not isinstance(i.value, Erased)]

    def readings(self, text: str) -> list[tuple[str, str]]:
        found = []
        for kind in IdentifierKind.values:
            with suppress(Refused):  # the text cannot be an identifier of that kind
                found.append((kind, normalise(kind, text)))
        return found

    def mailbox(self, kind: str, compared: str) -> str:
        if kind != IdentifierKind.EMAIL:
            return compared
        key = mailbox(compared)
        return key.text if key.sign == TwinSign.MAILBOX else compared

    def refuse_use(self, person_id: uuid.UUID) -> None:
        if not self.exists(person_id):
            raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
        refuse_unless_active(person_id)

    def refuse_consent(self, person_id: uuid.UUID) -> None:
        self.refuse_use(person_id)
        refuse_consent_of_child(person_id)

    def is_restricted(self, person_id: uuid.UUID) -> bool:
        rows = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person_id)
        return rows.values_list("status", flat=True).first() == PersonStatus.RESTRICTED

    def exists(self, person_id: uuid.UUID) -> bool:
        return Person.objects.filter(pk=person_id).exists()


_one = Compiled[Person](lambda person_id: Person.objects.filter(pk=person_id))

_identifiers = Compiled[Identifier](
    lambda person_id: Identifier.objects.filter(person_id=person_id).order_by("created_at")
)

_corrections = Compiled[Correction](
    lambda person_id: Correction.objects.filter(person_id=person_id).order_by("-at", "-id")
)

_ended = Compiled[MergedPerson](
    lambda person_id: (
        MergedPerson.objects.filter(person_id=person_id).order_by("merged_at", "pk").values_list("pk")
    )
)


def fill_ports() -> None:
    ports.fill_directory(Directory())
    ports.add_mention_place(PersonMentions())
    add_obstacle(why_not)
