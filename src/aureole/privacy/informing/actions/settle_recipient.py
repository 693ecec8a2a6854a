from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.informing.notifying import EVENT_OF, said_of
from aureole.privacy.models import Disclosure, Hearing, RecipientNotice, RequestKind, RightsRequest
from aureole.privacy.rights.moving import locked, move
from aureole.privacy.rights.place import today


def settle_recipient(
    *,
    disclosure_id: uuid.UUID,
    request_id: uuid.UUID,
    hearing: str = Hearing.TOLD,
    reason: str = "",
    by: Actor,
) -> RightsRequest:
    """Note that somebody who got the data outside of this program was told what this request does to it, or why that
    is impossible or takes a disproportionate effort (GDPR Art. 19). A line of the request's timeline, with an entry.

    hearing  one of `SAID`; where they were not told, `reason` says what shows why, else how they were
    Said again it changes nothing. The caller has checked the permission. Before an erasure only: the name goes with it.
    Raises NotFound for a recipient who is not of the request's person; Refused for another right, a reason without
    words, and before identity is established.
    """
    said = said_of(hearing, reason)
    with transaction.atomic():
        request = locked(request_id)
        if request.kind not in EVENT_OF:
            raise Refused(
                "recipient_right",
                "Recipients are told of a correction, a restriction or an erasure; this is none. Nothing was changed.",
            )
        rows = Disclosure.objects.select_for_update().filter(pk=disclosure_id)
        row = rows.filter(person_id=request.person_id).first() if request.person_id else None
        if row is None:
            raise NotFound(
                "disclosure_not_found", "There is no such recipient of their data. Nothing was changed."
            )
        notice, _ = RecipientNotice.objects.get_or_create(
            disclosure=row, request_id=request.id,
            defaults={
                "person_id": row.person_id, "event": EVENT_OF[RequestKind(request.kind)], "changed_on": today()
            },
        )  # fmt: skip
        if notice.hearing == hearing:
            return request
        notice.hearing, notice.settled_on = hearing, today()
        notice.save(update_fields=["hearing", "settled_on"])
        move(
            request, "recipient_told" if hearing == Hearing.TOLD else "recipient_not_told", by=by, reason=said
        )
    return request
