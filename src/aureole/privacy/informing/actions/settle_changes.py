from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound
from aureole.kernel.text import storable
from aureole.ledger.record import record
from aureole.privacy.informing.deciding import refuse_gone
from aureole.privacy.informing.notifying import said_of
from aureole.privacy.models import Disclosure, Hearing, RecipientNotice
from aureole.privacy.rights.place import today


def settle_changes(
    *,
    disclosure_id: uuid.UUID,
    hearing: str = Hearing.TOLD,
    reason: str = "",
    by: Actor,
    of: uuid.UUID | None = None,
) -> int:
    """Note that somebody who got the data outside of this program was told of what was done to it without a request, or
    why that is impossible or takes a disproportionate effort (GDPR Art. 19). Of all that waits; of how many changes.

    hearing  one of `SAID`; where they were not told, `reason` says what shows why, else how they were; sealed
    of       whose data it has to be, where that is known
    Said again it changes nothing. The caller has checked the permission.
    Raises NotFound; Refused for a reason without words, and for somebody being erased.
    """
    said = said_of(hearing, storable(reason))
    with transaction.atomic():
        row = Disclosure.objects.select_for_update().filter(pk=disclosure_id).first()
        if row is None or (of is not None and row.person_id != of):
            raise NotFound("disclosure_not_found", "There is no such note here. Nothing was changed.")
        refuse_gone(row.person_id)
        waiting = list(RecipientNotice.objects.filter(disclosure=row, request_id=None, hearing=""))
        for notice in waiting:
            notice.hearing, notice.reason, notice.settled_on = hearing, said or None, today()
            notice.save(update_fields=["hearing", "reason", "settled_on"])
            record("informing.settled", by=by, person=row.person_id, event=notice.event, hearing=hearing)
        live.touch("rights")
    return len(waiting)
