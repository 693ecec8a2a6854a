"""The clock may wait only for the person: for proof of identity, or for what they mean."""

from __future__ import annotations

from aureole.privacy.models import RequestPause, RightsRequest
from aureole.privacy.rights.place import today

CAUSES = ("identity", "clarification")
PROMPT_DAYS = 7
"""An authority may find that what is asked later than this after the receipt was not asked "without undue delay", and
count strictly. No statute names a number: this one is ours, and only says when the officer is warned."""


def begin_pause(request: RightsRequest, cause: str) -> bool:
    """From today on, in the caller's transaction on a locked row; False when one runs already."""
    if RequestPause.objects.filter(request=request, until=None).exists():
        return False
    RequestPause.objects.create(request=request, cause=cause, since=today())
    return True


def asked_after(pause: RequestPause) -> int:
    """Days from the receipt to the question."""
    return (pause.since - pause.request.received_on).days


def end_pause(request: RightsRequest) -> bool:
    """The answer came today; False when none ran. Repeatable."""
    return bool(RequestPause.objects.filter(request=request, until=None).update(until=today()))
