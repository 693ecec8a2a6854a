"""Sample data in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from aureole.desk.models import Ticket
from aureole.kernel.clock import now
from aureole.ops.demo.cast import Cast
from aureole.ops.demo.marks import digest_of, marked, told
from aureole.ops.demo.reading import read_story
from aureole.ops.demo.story import Story
from aureole.ops.demo.telling import Narrator, Step, steps_of
from aureole.people.models import Person

Progress = Callable[[int, int], None]
_HIRED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a load added; all zero when everything was there."""

    persons: int
    tickets: int
    messages: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def load_demo(progress: Progress | None = None, *, story: Story | None = None) -> Loaded:
    """Bring in what of the story is not there yet, through the desk's own actions, at past times.

    One transaction: an interrupted load leaves no row. What was loaded once and erased since
    does not come back; remove everything and load again for a fresh start.

    progress  called with (steps done, steps in all)
    story     what to tell; by default all of it
    """
    chosen, moment = story or read_story(), now()
    before = (len(marked(Person)), len(marked(Ticket)))
    with transaction.atomic():
        messages = _tell(chosen, moment, progress or _silently)
    return Loaded(
        persons=len(marked(Person)) - before[0], tickets=len(marked(Ticket)) - before[1], messages=messages
    )


def _silently(done: int, of: int) -> None:
    """Nobody is watching."""


def _tell(story: Story, moment: datetime, progress: Progress) -> int:
    cast = Cast(story)
    steps = _steps_to_tell(story, cast, moment)
    if not steps:
        return 0
    for key in story.staff:
        cast.agent(key, steps[0].at - _HIRED_BEFORE)
    narrator, messages = Narrator(story, cast), 0
    for done, step in enumerate(steps, start=1):
        messages += narrator.tell(step)
        progress(done, len(steps))
    return messages


def _steps_to_tell(story: Story, cast: Cast, moment: datetime) -> list[Step]:
    known = told(Ticket)
    missing = [thread for thread in story.threads if digest_of(thread.key) not in known]
    steps = [step for thread in missing for step in steps_of(thread, cast, moment)]
    return sorted(steps, key=lambda step: step.at)
