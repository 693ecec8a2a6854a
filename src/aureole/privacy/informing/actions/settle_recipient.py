from __future__ import annotations

import uuid

from django.db import transaction

from aureole.kernel.actor import Actor
from aureole.kernel.errors import NotFound, Refused
from aureole.privacy.informing.recipients import CHANGING
from aureole.privacy.models import Disclosure, Hearing, RightsRequest
from aureole.privacy.rights.moving import locked, move


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

    hearing  one of `Hearing`; where they were not told, `reason` says what shows why, else how they were
    Said again it changes nothing. The caller has checked the permission. Before an erasure only: the name goes with it.
    Raises NotFound for a recipient who is not of the request's person; Refused for another right, a reason without
    words, and before identity is established.
    """
    said = reason.strip()
    if hearing not in Hearing.values or (hearing != Hearing.TOLD and not said):
        raise Refused(
            "recipient_untold",
            f"Say whether they were told ({', '.join(Hearing.values)}); if not, what shows that. Nothing was changed.",
        )
    with transaction.atomic():
        request = locked(request_id)
        if request.kind not in CHANGING:
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
        if row.settled.get(str(request.id)) == hearing:
            return request
        row.settled[str(request.id)] = hearing
        row.save(update_fields=["settled"])
        move(
            request, "recipient_told" if hearing == Hearing.TOLD else "recipient_not_told", by=by, reason=said
        )
    return request
