"""What a portability request's page says of another controller: where its answer goes, and what was sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _l

from aureole.privacy.informing.hearing import notifiable
from aureole.privacy.models import Peer, RequestKind, RightsRequest
from aureole.privacy.transfer.arrivals import transfers_of_request
from aureole.privacy.transfer.noticing import notices_of_request
from aureole.privacy.transfer.peers import peers
from aureole.web.staff.privacy.transfers.list_page import sent_line
from aureole.web.staff.privacy.transfers.sayings import say_tellings


def may_go_on(request: RightsRequest) -> bool:
    """Whether there is anybody it could be sent to."""
    return request.kind == RequestKind.PORTABILITY and bool(peers())


_SETTLED = {
    "": ("soon", _l("to be told")),
    "told": ("done", _l("told")),
    "impossible": ("wait", _l("cannot be told")),
    "effort": ("wait", _l("too much effort to tell")),
    "over": ("wait", _l("over before they heard")),
}


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


def _to_tell(request: RightsRequest) -> list[tuple[str, str, str]]:
    """Who got the data outside of this program, and whether they have heard of this: words, shape, state."""
    return [
        (one.words, shape, str(state))
        for one in notifiable(request)
        for shape, state in (_SETTLED[one.settled],)
    ]
