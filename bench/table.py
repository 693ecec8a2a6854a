"""What was measured, as a table for people and as JSON for the next run to compare with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One line: medians. `goal` is the highest ratio allowed, None where only the figure is told; `p95` of ours,
    where it was looked at; `note` for people."""

    work: str
    size: int
    floor: float
    ours: float
    unit: str = "ms"
    goal: float | None = None
    p95: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor we take; for rates, how many times slower we are."""
        return self.floor / self.ours if self.is_rate else self.ours / self.floor

    @property
    def is_rate(self) -> bool:
        """The more the better."""
        return self.unit.endswith("/s")

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "yes" if self.ratio <= self.goal else "NO"

    def as_json(self) -> dict[str, object]:
        return {
            "work": self.work, "size": self.size, "floor": round(self.floor, 3),
            "ours": round(self.ours, 3), "unit": self.unit, "ratio": round(self.ratio, 3), "goal": self.goal,
            "p95": None if self.p95 is None else round(self.p95, 3), "note": self.note,
        }  # fmt: skip


HEAD = ("work", "size", "floor", "ours", "unit", "ratio", "goal", "met", "")


def print_table(measured: Sequence[Measured]) -> None:
    rows = [HEAD, *(_cells(line) for line in measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        aligned = [
            cell.rjust(width) if column in (1, 2, 3, 5, 6) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(aligned).rstrip())


def _cells(line: Measured) -> tuple[str, ...]:
    goal = f"{line.goal:g}x" if line.goal is not None else ""
    return (
        line.work, f"{line.size:,}", f"{line.floor:,.2f}", f"{line.ours:,.2f}", line.unit,
        f"{line.ratio:.2f}x", goal, line.verdict, line.note,
    )  # fmt: skip


def write_json(measured: Sequence[Measured], path: Path) -> None:
    path.write_text(json.dumps([line.as_json() for line in measured], indent=1) + "\n", "utf-8")


def read_json(path: Path) -> list[Measured]:
    """What `write_json` wrote."""
    lines = json.loads(path.read_text("utf-8"))
    return [Measured(**{name: line[name] for name in line if name != "ratio"}) for line in lines]
