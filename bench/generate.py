"""A company of any size from a seed: people, tickets, messages, files; sealed for us, plain for the floor."""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aureole.desk.models import Ticket
from aureole.kernel.actor import Actor
from aureole.kernel.clock import now
from aureole.staff.actions.add_agent import add_agent
from aureole.staff.models import Agent
from aureole.vault.unlock import unlock
from bench.company import Company
from bench.floor import Floor, connect
from bench.making import aside, process
from bench.making.copying import copy_plain
from bench.making.loader import Loader
from bench.making.plan import Colleague, Plan
from bench.making.rows import Rows
from bench.making.sizes import report
from bench.making.story import add_person, address_of
from bench.words import Speech

BUSY, HEAVY, AGENTS = 25, 40, 5
_YEAR = timedelta(days=365)
_MOST_ADDRESSES = 5_000
Say = Callable[[str], None]


@dataclass
class Clock:
    """Seconds of each phase of making a company."""

    say: Say
    phases: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.phases[name] = time.perf_counter() - begun
        self.say(f"  {name}: {self.phases[name]:.1f} s")


def generate(
    size: int, seed: int, *, heavy: int = HEAVY, busy: int = BUSY, processes: int | None = None,
    home: Path | None = None, say: Say = lambda words: print(words, file=sys.stderr, flush=True),
) -> Company:  # fmt: skip
    """At least `size` messages with what belongs to them, into empty databases.

    The same seed makes the same texts however many processes take part (default: one per core); ids and keys
    are always fresh.
    """
    clock, floor = Clock(say), Floor()
    floor.make()
    speech = Speech(seed, "works")
    agents = [_agent(speech.name(), number) for number in range(AGENTS)]
    copy_plain(floor.session, unlock(agent.person for agent in agents))
    plan = _plan(size, seed, agents, heavy, busy)
    with _roomy(floor):
        again = aside.set_aside(floor.session)
        with clock.phase("rows"):
            addresses = _load(plan, processes or os.cpu_count() or 1, say)
        with clock.phase("indexes and references"):
            aside.put_back(floor.session, again)
        with clock.phase("statistics"):
            _settle(floor, plan)
    report(plan, floor, clock.phases["rows"], say)
    company = Company(
        size=plan.size, seed=seed, messages=plan.messages, speech=speech, floor=floor, agent=agents[0], agents=agents,
        addresses=random.Random(seed).sample(addresses, min(len(addresses), _MOST_ADDRESSES)),
        busy=_busy_tickets(plan), heavy=[known.id for known in plan.heavy], home=home,
    )  # fmt: skip
    company.save()
    return company


def _plan(size: int, seed: int, agents: list[Agent], heavy: int, busy: int) -> Plan:
    """The known persons come first, loaded on their own, for tickets all over the company are theirs."""
    speech, rows, started = Speech(seed, "known"), Rows(), now() - _YEAR
    names = [speech.name() for _ in range(heavy + busy)]
    known = [add_person(rows, name, address_of(name, f"known{n}"), started) for n, name in enumerate(names)]
    loader = Loader()
    loader.load(rows)
    loader.close()
    return Plan(
        size=size, seed=seed, started=started, first_number=_next_number(),
        colleagues=tuple(Colleague(agent.pk, agent.person_id) for agent in agents),
        heavy=tuple(known[:heavy]), busy=tuple(known[heavy:]),
    )  # fmt: skip


def _agent(name: str, number: int) -> Agent:
    return add_agent(
        address=f"agent{number}@localhost.example", name=name, role="admin" if number == 0 else "agent",
        by=Actor.operator(),
    )  # fmt: skip


def _next_number() -> int:
    with connect() as session:
        row = session.execute("SELECT nextval('desk_ticket_number')").fetchone()
    assert row is not None
    return int(row[0])


def _busy_tickets(plan: Plan) -> list[int]:
    wanted = Ticket.objects.filter(requester__in=[known.id for known in plan.busy])
    return list(wanted.order_by("number").values_list("number", flat=True))


# ------------------------------------------------------------------ loading


def _load(plan: Plan, processes: int, say: Say) -> list[str]:
    """All jobs, by so many processes; returns some addresses of each."""
    addresses: list[str] = []
    done: Counter[str] = Counter()
    begun = time.perf_counter()
    for made in _made(plan, processes):
        addresses += made.addresses
        done.update(messages=made.messages, rows=made.rows, jobs=1)
        if done["jobs"] % max(1, len(plan.jobs()) // 20) == 0:
            rate = done["messages"] / (time.perf_counter() - begun)
            say(f"  {done['messages']:,} messages, {done['rows']:,} rows ({rate:,.0f} messages/s)")
    return addresses


def _made(plan: Plan, processes: int) -> Iterator[process.Made]:
    if processes == 1:
        loader = Loader()
        yield from (loader.load_parts(plan, job) for job in plan.jobs())
        loader.close()
        return
    fresh = multiprocessing.get_context("spawn")  # a fork would share our connections
    with ProcessPoolExecutor(processes, fresh, initializer=process.begin, initargs=(plan,)) as pool:
        yield from pool.map(process.work, plan.jobs())


@contextmanager
def _roomy(floor: Floor) -> Iterator[None]:
    """While rows pour in: fewer checkpoints, and nothing is vacuumed halfway. Then as in production again."""
    _set(floor, ["SET max_wal_size = '4GB'", "SET autovacuum = off"])
    try:
        yield
    finally:
        _set(floor, ["RESET max_wal_size", "RESET autovacuum"])


def _set(floor: Floor, settings: Iterable[str]) -> None:
    for setting in settings:
        floor.session.execute(f"ALTER SYSTEM {setting}")
    floor.session.execute("SELECT pg_reload_conf()")


def _settle(floor: Floor, plan: Plan) -> None:
    """Statistics and visibility as a database that runs for some time has them; everything written down."""
    last = plan.numbers(plan.parts - 1)[-1]
    floor.session.execute("SELECT setval('desk_ticket_number', %s)", [last])
    for alias in ("default", "keys"):
        with connect(alias) as session:
            session.execute("VACUUM (ANALYZE)")
    floor.session.execute("CHECKPOINT")


__all__ = ["Company", "generate"]
