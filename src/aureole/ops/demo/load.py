"""Sample data in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from aureole.desk.models import Ticket
from aureole.kernel import clock
from aureole.kernel.clock import now
from aureole.ops.demo.cast import Cast
from aureole.ops.demo.marks import digest_of, marked, told
from aureole.ops.demo.reading import read_story
from aureole.ops.demo.requesting import Clerk, Move, moves_to_tell
from aureole.ops.demo.story import Story
from aureole.ops.demo.telling import Narrator, Step, steps_of
from aureole.people.models import Person
from aureole.privacy.models import RightsRequest

Progress = Callable[[int, int], None]
_HIRED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a load added; all zero when everything was there."""

    persons: int
    tickets: int
    messages: int
    requests: int = 0

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
    before = [len(marked(model)) for model in (Person, Ticket, RightsRequest)]
    with transaction.atomic():
        messages = _tell(chosen, moment, progress or _silently)
    persons, tickets, requests = (
        len(marked(model)) - had for model, had in zip((Person, Ticket, RightsRequest), before, strict=True)
    )
    return Loaded(persons=persons, tickets=tickets, messages=messages, requests=requests)


def _silently(done: int, of: int) -> None:
    """Nobody is watching."""


def _tell(story: Story, moment: datetime, progress: Progress) -> int:
    cast = Cast(story)
    course: list[Step | Move] = [*_steps_to_tell(story, cast, moment), *moves_to_tell(story, cast, moment)]
    course.sort(key=lambda one: one.at)
    if not course:
        return 0
    for key in story.staff:
        cast.agent(key, course[0].at - _HIRED_BEFORE)
    with clock.at(course[0].at - _HIRED_BEFORE):
        for key in story.brands:
            cast.brand(key)
    narrator, clerk, messages = Narrator(story, cast), Clerk(story, cast), 0
    for done, one in enumerate(course, start=1):
        if isinstance(one, Move):
            clerk.tell(one)
        else:
            messages += narrator.tell(one)
        progress(done, len(course))
    return messages


def _steps_to_tell(story: Story, cast: Cast, moment: datetime) -> list[Step]:
    known = told(Ticket)
    missing = [thread for thread in story.threads if digest_of(thread.key) not in known]
    return [step for thread in missing for step in steps_of(thread, cast, moment)]
