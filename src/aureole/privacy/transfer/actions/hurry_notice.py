from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.ledger.record import record
from aureole.privacy.models import SentNotice
from aureole.privacy.transfer.noticing import give_later


def hurry_notice(*, notice_id: uuid.UUID, by: Actor) -> SentNotice:
    """Tell them now instead of when it is due; also what was given up.

    The caller has checked that `by` may ("rights.handle"). Acknowledged already, it is given again as it is.
    Raises NotFound, Refused where there is nothing to tell, and for a peer that was removed.
    """
    with transaction.atomic():
        rows = SentNotice.objects.select_for_update(of=("self",)).select_related("sent__peer")
        notice = rows.filter(pk=notice_id).first()
        if notice is None:
            raise NotFound("notice_not_found", "There is no such notice to another controller here.")
        if notice.answered_at is not None:
            return notice
        if notice.stage == "not_needed":
            raise Refused(
                "notice_not_needed", "They did not take the package in, so there is nothing to tell."
            )
        if notice.sent.peer.removed_at is not None:
            raise Refused(
                "notice_peer_removed",
                "The other instance was removed from the peers here, so it is not spoken with. Nothing was sent; "
                "tell them another way.",
            )
        notice.closed_at = notice.next_at = None
        notice.save(update_fields=["closed_at", "next_at"])
        record("transfer.notice_hurried", by=by, person=notice.sent.person_id)
        give_later(notice.id)
    return notice
