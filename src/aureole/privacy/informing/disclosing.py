"""Their data goes to somebody else for the first time: by then they have to know where we have it from.

GDPR Art. 14(3)(c). Whatever hands data of a person to another controller calls this in its own transaction.
"""

from __future__ import annotations

import uuid

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.ledger.record import record
from aureole.privacy.informing.deciding import letter_waits, write_to
from aureole.privacy.models import DisclosedTo, Informing
from aureole.privacy.rights.place import today


def disclosed(person_id: uuid.UUID, *, to: DisclosedTo, by: Actor) -> bool:
    """Today is their last day, and a letter is on its way to them; False when nothing was owed, or it was noted before.

    Who cannot be written to is due all the same: officers are reminded, and tell them another way.
    """
    rows = Informing.objects.select_for_update().filter(
        person_id=person_id, settled_at=None, disclosed_on=None
    )
    oldest = rows.order_by("obtained_on", "id").first()
    if oldest is None:
        return False
    oldest.disclosed_to = to
    rows.update(disclosed_on=today(), disclosed_to=to, reminded_on=None)
    letters = 0 if letter_waits(person_id) else write_to(oldest)
    record("informing.disclosed", by=by, person=person_id, to=str(to), letters=letters)
    live.touch("informing")
    return True
