"""Blacking out a person in what is kept about somebody else ("c/o Ada Lindqvist")."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from aureole.people import searching
from aureole.people.models import Person
from aureole.privacy.erasure.redactor import Redactor
from aureole.privacy.ports import Redaction
from aureole.vault.unlock import unlock

ADDRESSES = "people_person.postal_address (others' texts)"


class PersonMentions:
    """Postal addresses. A person's own name stays, whoever else it reminds of."""

    kind = "person"

    def redact(self, row_ids: Sequence[uuid.UUID], redactor: Redactor, *, dry: bool) -> list[Redaction]:
        found = []
        for person in unlock(Person.objects.filter(pk__in=row_ids)):
            address, spans = redactor.redact(str(person.postal_address or ""), spare=str(person.name or ""))
            if not spans or person.is_erased:
                continue
            found.append(Redaction(place=ADDRESSES, row_id=person.pk, person_id=person.pk, spans=spans))
            if not dry:
                person.postal_address = address
                person.save(update_fields=["postal_address"])
                searching.index_person(person)
        return found
