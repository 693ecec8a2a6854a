from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.informing.deciding import refuse_gone
from aureole.privacy.informing.named import index_disclosure
from aureole.privacy.informing.notifying import owe_what_was_changed
from aureole.privacy.informing.recipients import name_of_recipient
from aureole.privacy.models import Disclosure


def name_recipient(
    *, disclosure_id: uuid.UUID, name: str, by: Actor, of: uuid.UUID | None = None
) -> Disclosure:
    """Who it was is known now: where only the kind of a recipient was noted. The caller has checked the permission.

    of  whose data it has to be, where that is known
    Said again with the same name it changes nothing. Raises NotFound; Refused without a name, for one that has another
    name already, and for somebody being erased.
    """
    given = name_of_recipient(name)
    with transaction.atomic():
        row = Disclosure.objects.select_for_update().filter(pk=disclosure_id).first()
        if row is None or (of is not None and row.person_id != of):
            raise NotFound("disclosure_not_found", "There is no such note here. Nothing was changed.")
        refuse_gone(row.person_id)
        if not row.unnamed:
            if row.name == given:
                return row
            raise Refused("recipient_named", "That recipient has a name already. Nothing was changed.")
        row.name, row.unnamed, row.why = given, "", None
        row.save(update_fields=["name", "unnamed", "why"])
        index_disclosure(row)
        owe_what_was_changed(row)
        record("informing.named", by=by, person=row.person_id, to=row.to)
    return row
