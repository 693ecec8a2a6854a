from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester


def notify_receipt(request: RightsRequest) -> None:
    """That it came in, and until when it is answered (GDPR Art. 12(3)); with "this was not me"."""
    tell_requester(request, "receipt")
