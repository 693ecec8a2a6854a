from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel import live
from aureole.kernel.actor import Actor
from aureole.kernel.errors import Refused
from aureole.ledger.record import record
from aureole.privacy.models import EXEMPT, OTHERWISE, Informing


def reopen_information(*, person_id: uuid.UUID, by: Actor) -> None:
    """Take back what an officer noted or decided about telling somebody: they have to be told again.

    What this program sent stays told. The caller has checked the permission. Raises Refused when nothing was noted.
    """
    with transaction.atomic():
        rows = Informing.objects.filter(person_id=person_id, how__in=(*OTHERWISE, *EXEMPT))
        if not rows.update(settled_at=None, how="", reminded_on=None):
            raise Refused(
                "information_not_noted", "Nobody noted or decided anything here that could be taken back."
            )
        record("informing.reopened", by=by, person=person_id)
        live.touch("informing")
