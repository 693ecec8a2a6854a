from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester


def notify_done(request: RightsRequest) -> None:
    """Nobody is told where nobody is left: an erasure says it before the addresses go (`rights/farewell.py`)."""
    tell_requester(request, "ready" if "package" in (request.outcome or {}) else "done")
