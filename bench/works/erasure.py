"""Erasing one person (200 messages, 20 files) against raw DELETEs of the same rows in one transaction.

Two floors. The one with a goal deletes our own rows from copies of our own tables, with their indexes and
foreign keys: what the same rows cost in one transaction. The other one, for comparison, has plain rows,
fewer of them, and nothing that refers to them.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aureole.kernel.actor import Actor
from aureole.ledger.sequencer import place_entries
from aureole.privacy.erasure import proof
from aureole.privacy.erasure.run import erase_person
from aureole.privacy.erasure.several import erase_several
from bench.company import Company
from bench.explain import explain
from bench.table import Measured
from bench.timing import seconds_of
from bench.twin import SCHEMA, drop_twin, make_twin

GOAL = 3.0
PERSONS = 7
SEVERAL = 5
WARM_UP = 1
_APPS = ("people", "desk", "email_channel", "vault", "search", "privacy")
_OF_TICKETS = "ticket_id IN (SELECT id FROM {schema}.desk_ticket WHERE requester_id = %s)"
_DELETES = {
    "desk_change": _OF_TICKETS, "desk_ticket_tags": _OF_TICKETS, "desk_attachment": "person_id = %s",
    "email_message_identity": "person_id = %s", "email_inbound_mail": "person_id = %s",
    "email_outbound_mail": "person_id = %s", "vault_sealed_file": "person_id = %s",
    "search_entry": "person_id = %s", "desk_participant": "person_id = %s", "desk_message": "person_id = %s",
    "desk_ticket": "requester_id = %s", "vault_blind_index": "person_id = %s",
    "people_identifier": "person_id = %s", "people_person": "id = %s",
}  # fmt: skip
_IN_PLAIN = (
    "desk_attachment", "vault_sealed_file", "search_entry", "desk_participant", "desk_message", "desk_ticket",
    "people_identifier", "people_person",
)  # fmt: skip


def measure_erasure(company: Company) -> list[Measured]:
    """The first two persons are for the profile and to warm up; they are not counted."""
    first, *others = company.take_heavy(PERSONS + SEVERAL)
    others, several = others[: PERSONS - 1], others[PERSONS - 1 :]
    make_twin(company.floor.session, _APPS)
    steps, took = Steps(), _Took()
    with company.floor.out_of_sight():
        place_entries()  # in an instance that runs, the worker has put what was loaded into the log's trees long before
        explain("erase one person", lambda: _erase(first, Steps()))
    for person_id in others:
        took.twin.append(seconds_of(lambda person=person_id: _delete(company, SCHEMA, _DELETES, person)))  # type: ignore[misc]
        took.plain.append(seconds_of(lambda person=person_id: _delete(company, "floor", _IN_PLAIN, person)))  # type: ignore[misc]
        with company.floor.out_of_sight(), _timed_scan() as scanning:
            steps.begin()
            took.whole.append(seconds_of(lambda person=person_id: _erase(person, steps)))  # type: ignore[misc]
        took.scan.append(sum(scanning))
    with company.floor.out_of_sight():
        each = seconds_of(lambda: erase_several(several, by=Actor.operator(), reason="")) / SEVERAL
    drop_twin(company.floor.session)
    apart = [all_of_it - searched for all_of_it, searched in zip(took.whole, took.scan, strict=True)]
    raw = _median(took.twin)
    lines = (
        ("erase one person, scan apart", raw, apart, GOAL, steps.words()),
        (
            "erase one person, against plain rows",
            _median(took.plain),
            apart,
            None,
            "no foreign keys, fewer rows",
        ),
        ("erase one person, with residue scan", raw, took.whole, None, "the scan reads the whole instance"),
    )
    of_several = Measured(
        work=f"erase one person of {SEVERAL} at once, with residue scan", size=company.size,
        floor=raw, ours=each * 1000, goal=None, note="they share one scan, as those of a retention run do",
    )  # fmt: skip
    measured = [
        Measured(work=work, size=company.size, floor=floor, ours=_median(ours), goal=goal, note=note)
        for work, floor, ours, goal, note in lines
    ]
    return [*measured, of_several]


@dataclass
class _Took:
    """Seconds, person by person."""

    twin: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    scan: list[float] = field(default_factory=list)


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


def _delete(company: Company, schema: str, tables: Iterable[str], person_id: uuid.UUID) -> None:
    with company.floor.session.transaction():
        for table in tables:
            condition = _DELETES[table].format(schema=schema)
            company.floor.session.execute(f"DELETE FROM {schema}.{table} WHERE {condition}", [person_id])


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
