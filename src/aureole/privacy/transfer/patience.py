"""How long another instance is waited for: soon again at first, then every six hours, for sixty days."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

LONGEST_WAIT = timedelta(hours=6)
TRYING_DAYS = 60
_MOST_TRIES = 12 + TRYING_DAYS * 4


def wait_after(attempts: int) -> timedelta:
    """Before it is tried again, having failed so often."""
    return min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(attempts, 12)))


class Patient(BaseRetryStrategy):
    """The same for a job that keeps no count of its own."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= _MOST_TRIES:
            return None
        return RetryDecision(retry_in={"seconds": int(wait_after(job.attempts).total_seconds())})
