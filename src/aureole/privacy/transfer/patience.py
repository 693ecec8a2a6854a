"""How long another instance is waited for: soon again at first, then every six hours, for sixty days."""

from __future__ import annotations

from datetime import timedelta

from aureole.kernel.retrying import LONGEST_WAIT


def wait_after(attempts: int) -> timedelta:
    """Before it is tried again, having failed so often."""
    return min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(attempts, 12)))
