from __future__ import annotations

from aureole.privacy.export.sheet import written_day
from aureole.privacy.models import RightsRequest
from aureole.privacy.rights.letters.about_request import tell_requester
from aureole.privacy.rights.place import day_of


def notify_waiting(request: RightsRequest) -> None:
    """That it was released, and until when it may be taken back."""
    assert request.execute_after is not None, "only what waits is announced"
    tell_requester(request, "waiting", date=written_day(day_of(request.execute_after), request.language))
