"""How the cost of each work grows from the smallest size measured to the largest."""

from __future__ import annotations

from collections.abc import Sequence

from bench.table import Measured


def by_work(measured: Sequence[Measured]) -> dict[str, list[Measured]]:
    """Lines of one work together, the smallest size first, works in the order of the first run."""
    found: dict[str, list[Measured]] = {}
    for line in measured:
        found.setdefault(line.work, []).append(line)
    return {work: sorted(lines, key=lambda line: line.size) for work, lines in found.items()}


def growth(lines: Sequence[Measured]) -> float:
    """Cost of ours at the largest size over that at the smallest; 1 is flat."""
    first, last = lines[0], lines[-1]
    return first.ours / last.ours if first.is_rate else last.ours / first.ours


def print_growth(measured: Sequence[Measured]) -> None:
    """Nothing when only one size was measured."""
    several = {work: lines for work, lines in by_work(measured).items() if len(lines) > 1}
    if not several:
        return
    width = max(map(len, several))
    print(f"\n{'cost, largest size over smallest':<{width}}   ours  floor")
    for work, lines in several.items():
        floor = lines[0].floor / lines[-1].floor if lines[0].is_rate else lines[-1].floor / lines[0].floor
        print(f"{work:<{width}}  {growth(lines):5.2f}  {floor:5.2f}")
