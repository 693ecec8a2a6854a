"""How often a job of this module is tried: what a right asks for is not given up while there is hope."""

from __future__ import annotations

import procrastinate

RETRY = procrastinate.RetryStrategy(max_attempts=20, exponential_wait=3)
