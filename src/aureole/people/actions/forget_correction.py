from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.people import searching
from aureole.people.models import Correction, IdentifierKind
from aureole.people.restriction import refuse_unless_active
from aureole.privacy.holds import guard


def forget_correction(*, person_id: uuid.UUID, correction_id: uuid.UUID, by: Actor) -> None:
    """Drop what stood in a field before, where nobody needs it any more or it hurts to be kept (a former name).

    Doing it twice is doing it once. Raises NotFound when it is not this person's, Refused for a person who is
    restricted or being erased, or of whom anything is held.
    """
    with transaction.atomic():
        if guard.is_held(person_id):
            raise Refused(
                guard.CODE,
                "A legal hold covers data of this person, so what stood here before is kept. It can be forgotten once "
                "the hold is released.",
            )
        refuse_unless_active(person_id)
        row = Correction.objects.select_related("person").filter(pk=correction_id).first()
        if row is None:
            return
        if row.person_id != person_id:
            raise NotFound("correction_not_found", "There is no such correction of this person.")
        row.delete()
        field = "identifier" if row.field in IdentifierKind.values else row.field
        record("people.correction_forgotten", by=by, person=person_id, field=field)
        searching.index_person(row.person)
