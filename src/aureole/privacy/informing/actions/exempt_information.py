from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.informing.deciding import still_owed
from aureole.privacy.models import EXEMPT, Informing


def exempt_information(*, person_id: uuid.UUID, ground: str, by: Actor) -> None:
    """Decide that somebody need not be told where their data came from, on a ground of GDPR Art. 14(5).

    The right to object is still told with the first message to them: Art. 21(4) knows no such exception.
    The caller has checked the permission. Raises Refused for another ground, and when there is nothing to tell.
    """
    if ground not in EXEMPT:
        raise Refused("information_ground", f"Known grounds: {', '.join(EXEMPT)}. Nothing was changed.")
    with transaction.atomic():
        still_owed(person_id)
        rows = Informing.objects.filter(person_id=person_id, settled_at=None)
        rows.update(settled_at=now(), how=ground)
        record("informing.exempted", by=by, person=person_id, ground=ground)
        live.touch("informing")
