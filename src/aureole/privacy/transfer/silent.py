"""Other instances that owe us an answer, for the officer's first look in the morning."""

from __future__ import annotations

from aureole.privacy.models import SentNotice, SentState, SentTransfer

_NOT_SILENCE = ("", "undelivered", "nothing_held")
"""Of a notice: not tried yet, its package still on its way, or not needed."""


def silent_peers() -> set[str]:
    """Names of those that have not acknowledged a notice, or not taken a package they were offered at least once."""
    known = {"sent__peer__removed_at": None}
    notices = SentNotice.objects.filter(answered_at=None, **known).exclude(trouble__in=_NOT_SILENCE)
    offers = SentTransfer.objects.filter(state=SentState.WAITING, attempts__gt=0, peer__removed_at=None)
    return {
        *notices.values_list("sent__peer__name", flat=True).distinct(),
        *offers.values_list("peer__name", flat=True).distinct(),
    }
