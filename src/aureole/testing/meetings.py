"""What may come between two transactions of an erasure, and what must be true however it comes."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from aureole.people.models import Person
from aureole.privacy.certificate.verify import verify
from aureole.privacy.erasure import deleting
from aureole.privacy.models import Erasure
from aureole.testing.interruptions import Step
from aureole.testing.meeting import meeting, together
from aureole.testing.meeting_people import Meeting, arrange_meeting
from aureole.testing.rehearsal import forget_keys
from aureole.testing.snapshot import snapshot

_MOST_MOMENTS = 500


@dataclass(frozen=True)
class Encounter:
    """`act` is done by somebody else meanwhile; `judge` looks when the erasure has run or was stopped.

    first  the moment a suite that takes some of them begins with
    """

    name: str
    act: Callable[[Meeting], None]
    judge: Callable[[Meeting], None]
    first: int = 1


def _a_whole_hold_keeps_all(people: Meeting) -> None:
    if people.said["hold"] == "done":
        assert people.said["erase"] in ("erasure_held", "erasure_blocked"), "it was held, and did not stop"
        people.everything_of_hers_is_there()
    else:
        assert people.said["hold"] in ("hold_too_late", "person_not_found")
        assert people.said["erase"] == "done"


def _a_held_message_stays(people: Meeting) -> None:
    if people.said["hold"] == "done":
        assert people.said["erase"] in ("erasure_held", "erasure_blocked"), "it was held, and did not stop"
        people.her_message_is_there()
    else:
        assert people.said["hold"] in ("hold_too_late", "person_not_found", "hold_nothing")
        assert people.said["erase"] == "done"


def _it_ends(people: Meeting) -> None:
    assert people.said["erase"] == "done"


def _whoever_else_erases_ends_too(people: Meeting) -> None:
    _it_ends(people)
    assert people.said["erased too"] in ("done", "person_not_found")
    assert verify(Erasure.objects.get().certificate).valid


MEETINGS = (
    Encounter("a hold on her", lambda people: people.is_held(), _a_whole_hold_keeps_all),
    Encounter("a hold on a message", lambda people: people.has_a_message_held(), _a_held_message_stays, 4),
    Encounter("mail, an answer, a draft, a consent, an export", lambda people: people.everything(), _it_ends, 2),
    Encounter("another erasure", lambda people: people.is_erased("erased too"), _whoever_else_erases_ends_too, 3),
    Encounter("a retention run", lambda people: people.runs_out(), _it_ends, 5),
)  # fmt: skip


def at_every_moment(
    encounter: Encounter, monkeypatch: pytest.MonkeyPatch, *, stride: int = 1, first: int = 1
) -> list[Step]:
    """She is erased once for each moment, from the same beginning, and few rows at a time so that there are many.

    Afterwards what was stopped goes on, and in the end she is gone, no mail is lost, and nobody brought her back.
    """
    monkeypatch.setattr(deleting, "BATCH", 4)
    people, met = arrange_meeting(), list[Step]()
    with snapshot() as prepared:
        for number in range(first, _MOST_MOMENTS, stride):
            prepared.put_back()
            forget_keys()
            step = _meet(encounter, copy.deepcopy(people), number)
            if step is None:
                break
            met.append(step)
    return met


def _meet(encounter: Encounter, people: Meeting, number: int) -> Step | None:
    with meeting(number, lambda: encounter.act(people)) as found:
        people.is_erased()
    if found.failed is None:
        return None
    try:
        encounter.judge(people)
        _all_is_well_in_the_end(people)
    except Exception as trouble:
        raise AssertionError(
            f"{encounter.name}, after {found.failed}: {people.said}: {trouble!r}"
        ) from trouble
    return found.failed


def _all_is_well_in_the_end(people: Meeting) -> None:
    people.settle()
    if Person.objects.filter(pk=people.her).exists():  # it had not begun, so nothing of it goes on
        people.is_erased()
    people.everything_of_hers_is_gone()
    people.no_mail_of_hers_is_lost()


def all_at_once(seed: int, rounds: int) -> int:
    """Everybody at the same time, each after a while that the seed decides; how many acts were done.

    What a meeting between two transactions cannot show: what waits for what inside of them.
    """
    chance, people, done = random.Random(seed), arrange_meeting(), 0  # noqa: S311  a seed is to be repeated
    with snapshot() as prepared:
        for number in range(rounds):
            prepared.put_back()
            forget_keys()
            now = copy.deepcopy(people)
            acts: list[Callable[[], object]] = [
                now.is_erased, partial(now.is_erased, "erased too"), now.is_held, now.has_a_message_held,
                now.writes, now.writes, now.is_answered, now.is_drafted, now.agrees, now.is_exported, now.runs_out,
            ]  # fmt: skip
            try:
                together([_after(chance.uniform(0, 0.3), act) for act in acts])
                _all_is_well_in_the_end(now)
            except Exception as trouble:
                raise AssertionError(f"seed {seed}, round {number}: {now.said}: {trouble!r}") from trouble
            done += sum(said == "done" for said in now.said.values())
    return done


def _after(seconds: float, act: Callable[[], object]) -> Callable[[], object]:
    def later() -> None:
        time.sleep(seconds)
        act()

    return later
