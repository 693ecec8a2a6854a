from __future__ import annotations

import procrastinate
from procrastinate.contrib.django import app

from aureole.kernel import events

RETRY = procrastinate.RetryStrategy(max_attempts=10, exponential_wait=3)


@app.task(name="kernel.react", queue="default", retry=RETRY)
def react(*, event: str, reaction: str, payload: dict[str, str | int]) -> None:
    """Hand one stored event to one reaction. Safe to run twice: reactions must be."""
    events.deliver(event, reaction, payload)
