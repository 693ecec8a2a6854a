"""Everybody on file, one after the other, for what concerns all (privacy.breaches)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from aureole.people.models import MergedPerson, Person, PersonStatus
from aureole.privacy.breaches import ports

_NOBODY = (PersonStatus.ERASING, PersonStatus.ANONYMOUS)


class Everybody:
    """Persons who are here to stay: no pseudonyms, and nobody who is being erased."""

    def after(self, last: uuid.UUID | None, limit: int) -> list[uuid.UUID]:
        rows = Person.objects.exclude(status__in=_NOBODY).order_by("id")
        rows = rows.filter(id__gt=last) if last else rows
        return list(rows.values_list("id", flat=True)[:limit])

    def owners(self, record_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
        whose = {one: one for one in record_ids}
        whose.update(MergedPerson.objects.filter(pk__in=record_ids).values_list("pk", "person_id"))
        rows = Person.objects.filter(id__in=set(whose.values())).exclude(status__in=_NOBODY)
        here = set(rows.values_list("id", flat=True))
        return {record: person for record, person in whose.items() if person in here}

    def languages(self, person_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
        rows = Person.objects.filter(id__in=person_ids).exclude(status__in=_NOBODY)
        return {one: language[:2] or "en" for one, language in rows.values_list("id", "language")}


def fill_port() -> None:
    ports.fill_population(Everybody())
