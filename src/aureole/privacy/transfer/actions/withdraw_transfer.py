from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.models import SentState, SentTransfer
from aureole.privacy.transfer.ending import withdraw_sent


def withdraw_transfer(*, transfer_id: uuid.UUID, by: Actor) -> SentTransfer:
    """Take back what nobody decided about yet; the other instance is told and destroys what it has of it.

    The caller has checked that `by` may ("rights.handle"). Withdrawn already, it is given again.
    Raises NotFound, Refused for what has ended.
    """
    with transaction.atomic():
        rows = SentTransfer.objects.select_for_update(of=("self",)).select_related("peer")
        sent = rows.filter(pk=transfer_id).first()
        if sent is None:
            raise NotFound("transfer_not_found", "There is no such transfer here.")
        if sent.state in (SentState.TAKEN_IN, SentState.REFUSED, SentState.FAILED):
            raise Refused("transfer_ended", "This has ended already, so it cannot be taken back.")
        withdraw_sent(sent, by=by)
    return sent
