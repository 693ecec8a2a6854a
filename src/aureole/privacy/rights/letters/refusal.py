from __future__ import annotations

from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester
from aureole.privacy.rights.letters.wording import words


def notify_refusal(request: RightsRequest, reason: str) -> None:
    """That nothing is done, why, and where to complain (GDPR Art. 12(4))."""
    tell_requester(request, "refusal", reason=reason.strip(), ground=ground_of(request))


def ground_of(request: RightsRequest) -> str:
    """Why it was refused, in the person's language."""
    return str(words(request.language)["grounds"][request.refusal])
