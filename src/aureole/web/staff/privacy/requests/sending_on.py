"""What a portability request's page says of another controller: where its answer goes, and what was sent."""

from __future__ import annotations

from typing import Any

from aureole.privacy.informing.recipients import recipients_to_tell
from aureole.privacy.models import Peer, RequestKind, RightsRequest
from aureole.privacy.transfer.arrivals import transfers_of_request
from aureole.privacy.transfer.noticing import notices_of_request
from aureole.privacy.transfer.peers import peers
from aureole.web.staff.privacy.transfers.list_page import sent_line
from aureole.web.staff.privacy.transfers.sayings import say_tellings


def may_go_on(request: RightsRequest) -> bool:
    """Whether there is anybody it could be sent to."""
    return request.kind == RequestKind.PORTABILITY and bool(peers())


_TOLD_OF = (RequestKind.RECTIFICATION, RequestKind.RESTRICTION)  # an erasure's plan warns of it


def sending_on(request: RightsRequest) -> dict[str, Any]:
    """Also whom others were told of what this request did (GDPR Art. 19)."""
    told = {
        "tellings": say_tellings(notices_of_request(request.id), may_act=False),
        "to_tell": _to_tell(request),
    }
    if request.kind != RequestKind.PORTABILITY:
        return {"transfers": (), "goes_to": "", **told}
    sent = transfers_of_request(request.id)
    named = Peer.objects.filter(pk=request.goes_to) if request.goes_to and not sent else Peer.objects.none()
    to = named.values_list("name", flat=True).first()
    return {"transfers": [sent_line(row) for row in sent], "goes_to": to or "", **told}


def _to_tell(request: RightsRequest) -> list[str]:
    """Who got the data outside of this program and has to hear of a correction or a restriction: nobody but us can
    tell them. One statement, where the request is one of these."""
    if request.kind not in _TOLD_OF or request.person_id is None:
        return []
    return recipients_to_tell(request.person_id)
