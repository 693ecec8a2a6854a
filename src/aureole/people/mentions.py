"""Blacking out a person in what is kept about somebody else ("c/o Ada Lindqvist")."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from aureole.people import searching
from aureole.people.models import Correction, IdentifierKind, Person
from aureole.privacy.erasure.mentions import still_there
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.ports import Redaction
from aureole.vault.erased import Erased
from aureole.vault.unlock import unlock

ADDRESSES = "people_person.postal_address (others' texts)"
FORMER = "people_correction.before (others' texts)"


class PersonMentions:
    """Postal addresses, also former ones, and what was taken off as somebody else's. A person's own name stays,
    whoever else it reminds of."""

    kind = "person"
    table = Person._meta.db_table

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        found = []
        rows = Person.objects.filter(pk__in=row_ids)
        for person in unlock(rows if dry else still_there(rows)):
            address, spans = redactor.redact(str(person.postal_address or ""), spare=str(person.name or ""))
            if not spans or person.is_erased:
                continue
            found.append(Redaction(place=ADDRESSES, row_id=person.pk, person_id=person.pk, spans=spans))
            if not dry:
                person.postal_address = address
                person.save(update_fields=["postal_address"])
                searching.index_person(person)
        return [*found, *_redact_former(row_ids, redactor, dry=dry)]


def _redact_former(person_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
    found = []
    fields = ("postal_address", *IdentifierKind.values)
    rows = Correction.objects.filter(person_id__in=person_ids, field__in=fields).select_related("person")
    for row in _opened(rows if dry else still_there(rows)):
        text, spans = redactor.redact(str(row.before), spare=str(row.person.name or ""))
        if not spans:
            continue
        found.append(Redaction(place=FORMER, row_id=row.pk, person_id=row.person_id, spans=spans))
        if not dry:
            row.before = text
            row.save(update_fields=["before"])
            searching.index_person(row.person)
    return found


def _opened(rows: QuerySet[Correction]) -> list[Correction]:
    found = list(rows)
    unlock(found, (row.person for row in found))
    return [row for row in found if not isinstance(row.before, Erased)]
