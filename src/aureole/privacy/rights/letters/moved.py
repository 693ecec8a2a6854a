from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester


def notify_directed(request: RightsRequest, *, peer: str) -> None:
    """That the answer will go straight to another controller; a person who did not ask for that can stop it."""
    tell_requester(request, "directed", peer=peer)


def tell_moved(request: RightsRequest, event: str, *, peer: str) -> None:
    """What another controller did with the package that was sent to it: taken_in or refused."""
    tell_requester(request, f"moved_{event}", peer=peer)
