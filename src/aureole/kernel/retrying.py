"""How often a job that failed is tried again: soon at first, then every six hours, for sixty days."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

LONGEST_WAIT = timedelta(hours=6)
TRYING_DAYS = 60
_QUICK = 9  # tries before the wait is the longest
MOST_TRIES = _QUICK + TRYING_DAYS * 4


def wait_after(failed_before: int) -> timedelta:
    """3, 9, 27 seconds, up to six hours: whatever was wrong, once it is mended the work goes on the same day."""
    return min(LONGEST_WAIT, timedelta(seconds=3 ** min(failed_before + 1, _QUICK + 1)))


class Patient(BaseRetryStrategy):
    """What somebody waits for is not given up while there is hope."""

    def __init__(self, most_tries: int) -> None:
        self._most_tries = most_tries

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= self._most_tries:
            return None
        return RetryDecision(retry_in={"seconds": int(wait_after(job.attempts).total_seconds())})


RETRY = Patient(MOST_TRIES)
RETRY_TODAY = Patient(_QUICK + 1)
"""Fourteen hours, for what comes by the clock each day: else each day of an outage would leave one more waiting."""
