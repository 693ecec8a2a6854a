from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.informing.deciding import letter_waits, still_owed, write_to


def send_information(*, person_id: uuid.UUID, by: Actor) -> int:
    """Write to somebody where their data came from (GDPR Art. 14), at every address that can be reached.

    How many letters. They count as told once one has left. Asked again while letters wait it sends no more and gives 0.
    The caller has checked the permission. Raises Refused when there is nothing to tell or no way to reach them.
    """
    with transaction.atomic():
        owed = still_owed(person_id)
        if letter_waits(person_id):
            return 0
        count = write_to(owed)
        if not count:
            raise Refused(
                "information_unreachable",
                "No address of theirs can be written to, so nothing was sent. Tell them another way and note it here.",
            )
        record("informing.asked", by=by, person=person_id, letters=count)
        live.touch("informing")
    return count
