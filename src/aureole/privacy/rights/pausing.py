"""The clock may wait only for the person: for proof of identity, or for what they mean."""

from __future__ import annotations

from aureole.privacy.models import RequestPause, RightsRequest
from aureole.privacy.rights.place import today

CAUSES = ("identity", "clarification")


def begin_pause(request: RightsRequest, cause: str) -> bool:
    """From today on, in the caller's transaction on a locked row; False when one runs already."""
    if RequestPause.objects.filter(request=request, until=None).exists():
        return False
    RequestPause.objects.create(request=request, cause=cause, since=today())
    return True


def end_pause(request: RightsRequest) -> bool:
    """The answer came today; False when none ran. Repeatable."""
    return bool(RequestPause.objects.filter(request=request, until=None).update(until=today()))
