from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester


def notify_taken_back(request: RightsRequest) -> None:
    """That it ended because they changed their mind: who did not, sees that somebody else did it for them."""
    tell_requester(request, "taken_back")


def notify_stopped(request: RightsRequest) -> None:
    """That "this was not me" stopped it, at every address: whoever did ask can ask again."""
    tell_requester(request, "stopped")
