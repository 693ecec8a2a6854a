"""Where an answer can go besides to the person: other controllers that the operator made known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aureole.privacy.models import Peer, RequestKind, RightsRequest
from aureole.privacy.rights.moving import MOVES
from aureole.privacy.transfer.peers import peers
from aureole.web.portal.language import texts


@dataclass(frozen=True, slots=True)
class Place:
    """Another controller as it is shown: who, and at which domain."""

    id: str
    name: str
    domain: str


def places() -> list[Place]:
    return [_place(peer) for peer in peers()]


def straight_context(request: RightsRequest, language: str) -> dict[str, Any]:
    """Where the answer goes and whether that can be chosen now; nothing for other rights."""
    if request.kind != RequestKind.PORTABILITY:
        return {"goes_to": None, "may_direct": False}
    t = texts(language)["straight"]
    known = {place.id: place for place in places()}
    to = known.get(str(request.goes_to)) if request.is_open else None
    return {
        "goes_to": to, "goes_words": t["now"].format(name=to.name, domain=to.domain) if to else "",
        "may_direct": bool(known) and request.state in MOVES["directed"][0],
    }  # fmt: skip


def _place(peer: Peer) -> Place:
    return Place(id=str(peer.id), name=peer.name, domain=urlsplit(peer.address).hostname or peer.address)
