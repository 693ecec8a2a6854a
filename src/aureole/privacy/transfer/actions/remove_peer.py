from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.ledger.record import record
from aureole.privacy.models import Peer


def remove_peer(*, peer_id: uuid.UUID, by: Actor) -> None:
    """Speak with it no more: nothing is sent to it, what it offers is declined. What arrived stays to be decided.

    The caller has checked that `by` may. Again it does nothing.
    """
    with transaction.atomic():
        if Peer.objects.filter(pk=peer_id, removed_at=None).update(removed_at=now()):
            record("transfer.peer_removed", by=by)
