"""How sending one mail can end otherwise than well: it surely did not leave, or perhaps it did."""

from __future__ import annotations

from aureole.channels.email.models import FailureReason


class NotSent(Exception):
    """The mail server surely does not have it. `again` says whether trying later makes sense."""

    def __init__(self, reason: FailureReason, *, again: bool) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.again = again


class Uncertain(Exception):
    """The connection broke after the content was sent and before it was confirmed: it may have arrived."""
