"""How the cost of each work grows from the smallest size measured to the largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.table import Measured


def by_work(measured: Sequence[Measured]) -> dict[str, list[Measured]]:
    """Lines of one work together, the smallest size first, works in the order of the first run."""
    found: dict[str, list[Measured]] = {}
    for line in measured:
        found.setdefault(line.work, []).append(line)
    return {work: sorted(lines, key=lambda line: line.size) for work, lines in found.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """Cost at the largest size over that at the smallest; 1 is flat. `p95` where it was measured."""

    ours: float
    floor: float
    p95: float | None


def growth(lines: Sequence[Measured]) -> Growth:
    first, last = lines[0], lines[-1]
    p95 = last.p95 / first.p95 if first.p95 and last.p95 else None
    if first.is_rate:
        return Growth(ours=first.ours / last.ours, floor=first.floor / last.floor, p95=p95)
    return Growth(ours=last.ours / first.ours, floor=last.floor / first.floor, p95=p95)


def print_growth(measured: Sequence[Measured]) -> None:
    """Nothing when only one size was measured."""
    several = {work: lines for work, lines in by_work(measured).items() if len(lines) > 1}
    if not several:
        return
    head = "cost, largest size over smallest"
    width = max(len(head), *map(len, several))
    print(f"\n{head:<{width}}   ours  floor  p95 of ours")
    for work, lines in several.items():
        found = growth(lines)
        print(
            f"{work:<{width}}  {found.ours:5.2f}  {found.floor:5.2f}  {found.p95 or 0:5.2f}".replace(
                " 0.00", ""
            )
        )
