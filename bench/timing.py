"""Times of two ways to the same result, taken in turn so that a busy machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Turn = Callable[[int], object]


@dataclass
class Race:
    """Seconds per turn, by contestant; `cpu` those of this process alone, which a busy machine lengthens less."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def p95(self, name: str) -> float:
        ordered = sorted(self.seconds[name])
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def race(turns: int, *, warm_up: int = 3, **contestants: Turn) -> Race:
    """Each contestant once per turn, who begins alternates; the first turns are not counted."""
    run = Race({name: [] for name in contestants}, {name: [] for name in contestants})
    names = list(contestants)
    for turn in range(warm_up + turns):
        for name in names if turn % 2 else reversed(names):
            begun, cpu_begun = time.perf_counter(), time.process_time()
            contestants[name](turn)
            took, cpu_took = time.perf_counter() - begun, time.process_time() - cpu_begun
            if turn >= warm_up:
                run.seconds[name].append(took)
                run.cpu[name].append(cpu_took)
    return run


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
