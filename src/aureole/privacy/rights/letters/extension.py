from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester


def notify_extension(request: RightsRequest, reason: str) -> None:
    """That it takes longer, and why (GDPR Art. 12(3))."""
    tell_requester(request, "extension", reason=reason.strip())
