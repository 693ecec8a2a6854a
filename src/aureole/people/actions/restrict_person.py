from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import NotFound
from aureole.ledger.record import record
from aureole.people.models import Person, PersonStatus
from aureole.people.restriction import refuse_status
from aureole.privacy.consent.sending import stop
from aureole.privacy.informing.notifying import notify_recipients
from aureole.privacy.models import NoticeEvent
from aureole.privacy.standing import keep_standing


def restrict_person(
    *, person_id: uuid.UUID, reason: str, by: Actor, request_id: uuid.UUID | None = None
) -> Person:
    """Keep the person's data and stop using it (GDPR Art. 18): what waits to be sent to them is stopped in the same
    transaction, and does not leave when the restriction is lifted. A second time changes nothing.

    Controllers that got a package of theirs are told (Art. 19).

    reason  whose ground it is (accuracy contested, unlawful, needed for claims, objection pending); sealed in the log
    Raises NotFound for an unknown person, Refused for one who is being erased.
    """
    with transaction.atomic():
        person = held(person_id)
        if person.status == PersonStatus.RESTRICTED:
            return person
        refuse_status(person.status)
        person.status, person.restricted_at = PersonStatus.RESTRICTED, now()
        person.save(update_fields=["status", "restricted_at"])
        stop(person.id, None)
        record("people.restricted", by=by, person=person.id, details={"reason": reason.strip()})
        keep_standing(person, "status", "restricted_at", person_id=person.id)
        notify_recipients(person.id, NoticeEvent.RESTRICT, by=by, request_id=request_id)
        live.touch("desk")
    return person


def held(person_id: uuid.UUID) -> Person:
    """The row as it is now, locked until the caller's transaction ends. Raises NotFound."""
    person = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotFound("person_not_found", "There is no such person here; they may have been erased.")
    return person
