"""Erasing one person (200 messages, 20 files) against raw DELETEs of the same rows in one transaction."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aureole.kernel.actor import Actor
from aureole.privacy.erasure import proof
from aureole.privacy.erasure.run import erase_person
from bench.company import Company
from bench.explain import explain
from bench.table import Measured
from bench.timing import seconds_of

GOAL = 3.0
PERSONS = 6
_DELETES = (
    "DELETE FROM floor.desk_attachment WHERE person_id = %s",
    "DELETE FROM floor.vault_sealed_file WHERE person_id = %s",
    "DELETE FROM floor.search_entry WHERE person_id = %s",
    "DELETE FROM floor.desk_participant WHERE person_id = %s",
    "DELETE FROM floor.desk_message WHERE person_id = %s",
    "DELETE FROM floor.desk_ticket WHERE requester_id = %s",
    "DELETE FROM floor.people_identifier WHERE person_id = %s",
    "DELETE FROM floor.people_person WHERE id = %s",
)


def measure_erasure(company: Company) -> list[Measured]:
    """The first two persons are for the profile and to warm up; they are not counted."""
    floor, whole, scan, steps = [], [], [], Steps()
    first, *others = company.take_heavy(PERSONS)
    explain("erase one person", lambda: _erase(first, Steps()))
    for person_id in others:
        floor.append(seconds_of(lambda person=person_id: _delete(company, person)))  # type: ignore[misc]
        with _timed_scan() as scanning:
            steps.begin()
            whole.append(seconds_of(lambda person=person_id: _erase(person, steps)))  # type: ignore[misc]
        scan.append(sum(scanning))
    without = [all_of_it - searched for all_of_it, searched in zip(whole[1:], scan[1:], strict=True)]
    raw = statistics.median(floor[1:]) * 1000
    return [
        Measured(
            work="erase one person, scan apart", size=company.size, floor=raw,
            ours=statistics.median(without) * 1000, goal=GOAL, note=steps.words(),
        ),
        Measured(
            work="erase one person, with residue scan", size=company.size, floor=raw,
            ours=statistics.median(whole[1:]) * 1000,
            note="the scan reads the whole instance: it grows with its size",
        ),
    ]  # fmt: skip


class Steps:
    """Milliseconds of each step of the last erasure."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.took: dict[str, float] = {}
        self._since = time.perf_counter()

    def __call__(self, name: str) -> None:
        moment = time.perf_counter()
        self.took[name] = (moment - self._since) * 1000
        self._since = moment

    def words(self) -> str:
        return ", ".join(f"{name} {took:.0f}" for name, took in self.took.items())


def _erase(person_id: uuid.UUID, steps: Steps) -> None:
    erase_person(person_id, by=Actor.operator(), reason="", progress=steps)


def _delete(company: Company, person_id: uuid.UUID) -> None:
    with company.floor.session.transaction():
        for statement in _DELETES:
            company.floor.session.execute(statement, [person_id])


@contextmanager
def _timed_scan() -> Iterator[list[float]]:
    """Seconds spent in the residue scan within the block."""
    took: list[float] = []
    module: Any = proof
    real: Callable[..., Any] = module.scan

    def timed(*args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        try:
            return real(*args, **kwargs)
        finally:
            took.append(time.perf_counter() - begun)

    module.scan = timed
    try:
        yield took
    finally:
        module.scan = real
