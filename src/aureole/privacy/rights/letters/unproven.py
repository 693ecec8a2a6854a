from __future__ import annotations

from aureole.privacy.export.sheet import Counted
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester


def notify_unproven(request: RightsRequest, *, days: int) -> None:
    """That it was closed because nobody proved who asks; days: how long that was waited for."""
    tell_requester(request, "unproven", wait=Counted(days, request.language))
