"""Erasing one person (200 messages, 20 files) against raw DELETEs of the same rows in one transaction.

Two floors. The one with a goal deletes our own rows from copies of our own tables, with their indexes and
foreign keys: what the same rows cost in one transaction. The other one, for comparison, has plain rows,
fewer of them, and nothing that refers to them.
"""

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
from bench.explain import explain
from bench.generate import Company
from bench.table import Measured
from bench.timing import seconds_of
from bench.twin import SCHEMA, make_twin

GOAL = 3.0
WARM_UP = 1
_APPS = ("people", "desk", "email_channel", "vault", "search", "privacy")
_COLUMNS = {
    "desk_attachment": "person_id", "vault_sealed_file": "person_id", "search_entry": "person_id",
    "desk_participant": "person_id", "desk_message": "person_id", "desk_ticket": "requester_id",
    "people_identifier": "person_id", "people_person": "id",
}  # fmt: skip
_PLAIN = tuple(f"DELETE FROM floor.{table} WHERE {column} = %s" for table, column in _COLUMNS.items())
_TWIN = (
    f"DELETE FROM {SCHEMA}.vault_blind_index WHERE person_id = %s",
    *(f"DELETE FROM {SCHEMA}.{table} WHERE {column} = %s" for table, column in _COLUMNS.items()),
)


def measure_erasure(company: Company) -> list[Measured]:
    """The first two persons are for the profile and to warm up; they are not counted."""
    make_twin(company.floor.session, _APPS)
    twin, plain, whole, scan, steps = [], [], [], [], Steps()
    explain("erase one person", lambda: _erase(company.heavy[0], Steps()))
    for person_id in company.heavy[1:]:
        twin.append(seconds_of(lambda person=person_id: _delete(company, _TWIN, person)))  # type: ignore[misc]
        plain.append(seconds_of(lambda person=person_id: _delete(company, _PLAIN, person)))  # type: ignore[misc]
        with _timed_scan() as scanning:
            steps.begin()
            whole.append(seconds_of(lambda person=person_id: _erase(person, steps)))  # type: ignore[misc]
        scan.append(sum(scanning))
    apart = [all_of_it - searched for all_of_it, searched in zip(whole, scan, strict=True)]
    raw = _median(twin)
    lines = (
        ("erase one person, scan apart", raw, apart, GOAL, steps.words()),
        ("erase one person, against plain rows", _median(plain), apart, None, "no foreign keys, fewer rows"),
        ("erase one person, with residue scan", raw, whole, None, "the scan reads the whole instance"),
    )
    return [
        Measured(work=work, size=company.size, floor=floor, ours=_median(ours), goal=goal, note=note)
        for work, floor, ours, goal, note in lines
    ]


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds[WARM_UP:]) * 1000


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


def _delete(company: Company, statements: tuple[str, ...], person_id: uuid.UUID) -> None:
    with company.floor.session.transaction():
        for statement in statements:
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
