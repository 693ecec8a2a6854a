from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest

from aureole.kernel import events
from aureole.kernel.events import Event, announce, reacts_to

SEEN: list[uuid.UUID] = []


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    row_id: uuid.UUID


@reacts_to(Happened)
def remember(event: Happened) -> None:
    SEEN.append(event.row_id)


def test_an_event_that_carries_words_is_refused() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Told(Event):
        name: str

    with pytest.raises(TypeError, match="ids only"):
        reacts_to(Told)


def test_a_stored_event_reaches_its_reaction_with_its_id(db: None) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    row_id = uuid.uuid4()
    announce(Happened(row_id=row_id))
    job = ProcrastinateJob.objects.get(task_name="kernel.react", args__payload__row_id=str(row_id))
    events.deliver(job.args["event"], job.args["reaction"], job.args["payload"])
    assert [row_id] == SEEN
