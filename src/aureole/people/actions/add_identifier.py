from __future__ import annotations

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.kernel.text import one_line, storable
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.colleagues import refuse_sign_in
from aureole.people.models import Identifier, IdentifierOrigin, Person
from aureole.people.normalise import normalise
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import NoticeEvent
from aureole.privacy.suppression.keeping_away import refuse_kept_away
from aureole.vault import blind_index


def add_identifier(
    *, person: Person, kind: str, value: str, by: Actor, origin: IdentifierOrigin | None = None
) -> Identifier:
    """One more address or number of the person; the same one twice is one.

    origin  how it came on file; by default it follows from who adds it
    Raises Refused when it is unusable or belongs to somebody else already, for a person who is restricted or being
    erased, and for a colleague's unless an operator adds it.
    """
    compared = normalise(kind, value)
    with transaction.atomic():
        refuse_unless_active(person.id)
        refuse_sign_in(person.id, by)
        identifier = Identifier(
            person=person,
            kind=kind,
            value=compared,
            shown=one_line(storable(value)),
            created_at=now(),
            origin=origin or _origin_by(by),
        )
        owner = blind_index.find(kind=kind, value=compared)
        if owner == person.id:
            return next(i for i in person.identifiers.all() if i.kind == kind and i.value == compared)
        if owner is None:
            refuse_kept_away(
                kind, compared, themselves=by.kind == "customer",
                way="import" if origin == IdentifierOrigin.IMPORT else "staff", by=by,
            )  # fmt: skip
            owner = blind_index.add(kind=kind, value=compared, person_id=person.id, row_id=identifier.id)
        if owner != person.id:
            raise Refused(
                "identifier_taken",
                "Another person already has that address or number; nothing was changed. "
                "Open that person to see whether the two are one.",
            )
        identifier.save(force_insert=True)
        searching.index_person(Person.objects.get(pk=person.pk))  # the caller's may hold a list of before
        Person.objects.filter(pk=person.pk).update(twins_sought=False)
        record("people.corrected", by=by, person=person.id, field="identifier")
        notify_recipients(person.id, NoticeEvent.CORRECT, by=by, fields=["identifier"])
        return identifier


def _origin_by(actor: Actor) -> IdentifierOrigin:
    return IdentifierOrigin.STAFF if actor.kind in ("agent", "operator") else IdentifierOrigin.IMPORT
