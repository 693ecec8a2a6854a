from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.keeping import note_former
from aureole.people.models import Correction, Organisation, Person
from aureole.people.restriction import refuse_unless_active
from aureole.people.time_zones import is_time_zone
from aureole.privacy.holds import guard
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import NoticeEvent
from aureole.vault.unlock import unlock

_TEXTS = ("name", "pronouns", "postal_address", "language", "time_zone")


def correct_person(
    *, person: Person, by: Actor, organisation: Organisation | None = None, **values: str
) -> Person:
    """Set what is said to be right now (GDPR Art. 16); what stood there is kept.

    An empty text clears the field, and what stood there before is forgotten, unless a hold keeps it. Whoever
    got their data is told which fields changed (Art. 19).

    values  any of name, pronouns, postal_address, language, time_zone

    Raises Refused for an unknown field, a time zone there is not, and for a person who is restricted or being erased.
    """
    return _set(person, by, values, organisation=organisation)


def correct_as_asked(*, person: Person, by: Actor, request_id: uuid.UUID, **values: str) -> Person:
    """The same where the person exercises their right, which a restriction does not stop."""
    return _set(person, by, values, request_id=request_id)


def _set(
    person: Person,
    by: Actor,
    values: dict[str, str],
    *,
    organisation: Organisation | None = None,
    request_id: uuid.UUID | None = None,
) -> Person:
    strange = set(values) - set(_TEXTS)
    if strange:
        raise Refused("field_unknown", f"A person has no field {sorted(strange)[0]!r}; nothing was changed.")
    zone = values.get("time_zone", "").strip()
    if zone and not is_time_zone(zone):
        raise Refused(
            "time_zone_unknown",
            "There is no time zone of that name. Write it as Europe/Stockholm; nothing was changed.",
        )
    with transaction.atomic():
        refuse_unless_active(person.id, restricted_too=request_id is not None)
        before = unlock(Person.objects.filter(pk=person.id).select_related("organisation"))[0]
        for field, value in values.items():
            clean = storable(value).strip()
            setattr(person, field, clean if field == "language" else clean or None)
            record("people.corrected", by=by, person=person.id, field=field)
        if organisation is not None:
            person.organisation = organisation
            record("people.corrected", by=by, person=person.id, field="organisation")
        changed = [*values, *(["organisation"] if organisation is not None else [])]
        person.twins_sought = False
        person.save(update_fields=[*changed, "twins_sought"])
        _keep(before, person, changed, by, request_id)
        told = [field for field in values if _said(before, field) != _said(person, field)]
        if told:
            notify_recipients(person.id, NoticeEvent.CORRECT, by=by, fields=told, request_id=request_id)
        searching.index_person(person)
    return person


def _keep(
    before: Person, after: Person, fields: Sequence[str], by: Actor, request_id: uuid.UUID | None
) -> None:
    """What stood there and no longer does. Emptying a field forgets it, with what stood there earlier; what is held
    is kept beside the field, and can be forgotten once the hold is released."""
    emptied = [field for field in fields if _said(before, field) and not _said(after, field)]
    forgets = bool(emptied) and not guard.is_held(after.id)
    for field in fields:
        old, new = _said(before, field), _said(after, field)
        if field in emptied and forgets:
            Correction.objects.filter(person=after, field=field).delete()
        elif old and old != new:
            note_former(person_id=after.id, field=field, before=old, by=by, request_id=request_id)


def _said(person: Person, field: str) -> str:
    value = getattr(person, field)
    return value.name if isinstance(value, Organisation) else str(value or "")
