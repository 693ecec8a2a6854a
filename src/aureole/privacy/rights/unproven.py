"""When a request closes by itself because nobody proved who asks.

GDPR Art. 12(2) and (6): without identity there is nothing the controller may hand out or do, and it may ask for proof.
How long it waits for the answer is its own rule, AUREOLE_UNPROVEN_DAYS, counted from the last time it asked. A request
for which it never asked does not close: that would be our silence, not the person's. Neither does one whose code came
back and that waits for an officer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Max, Q

from aureole.kernel.clock import now
from aureole.privacy.models import RequestState, RequestStep, RightsRequest
from aureole.privacy.rights.place import day_of, start_of

_ASKED = ("identity_asked",)
_THEIR_PART = ("channel_proven", "put_together")
ENTRY_STATES = (RequestState.RECEIVED, RequestState.IDENTITY)


def closes_on(request: RightsRequest, steps: Iterable[RequestStep]) -> date | None:
    """The day on which it closes if no proof comes; None for one that does not close by itself."""
    if not settings.AUREOLE_UNPROVEN_DAYS or request.state not in ENTRY_STATES:
        return None
    steps = list(steps)
    asked = [step.at for step in steps if step.what in _ASKED]
    if any(step.what in _THEIR_PART for step in steps):
        return None
    if not asked and not _asked_by_page(request):
        return None
    last = max(asked, default=request.received_at)
    return day_of(last) + timedelta(days=settings.AUREOLE_UNPROVEN_DAYS)


def due_to_close() -> list[uuid.UUID]:
    """Requests whose days are over. One query over what is open and not identified."""
    days = settings.AUREOLE_UNPROVEN_DAYS
    if not days:
        return []
    until = start_of(day_of(now()) - timedelta(days=days) + timedelta(days=1))
    rows = RightsRequest.objects.filter(closed_at=None, state__in=ENTRY_STATES, received_at__lt=until)
    rows = rows.exclude(steps__what__in=_THEIR_PART).annotate(
        asked=Max("steps__at", filter=Q(steps__what__in=_ASKED))
    )
    never = Q(asked=None, channel="portal", person_id=None)
    return list(rows.filter(Q(asked__lt=until) | never).values_list("pk", flat=True))


def _asked_by_page(request: RightsRequest) -> bool:
    """In the privacy centre the page itself asks for the code, also where nobody was recognised."""
    return request.channel == "portal" and request.person_id is None
