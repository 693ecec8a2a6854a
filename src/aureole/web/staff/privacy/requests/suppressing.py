"""Figures that may be shown to anybody: what could tell of a single person is left out.

A count of one to four is written "<5". Where a column has just one such count, its sum would give it away, so the next
smallest count of that column is left out as well ("–"), or the sum where there is none. Days and shares are of five
answers or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
FEW, LEFT_OUT = f"<{LEAST}", "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Of one right, or of all. `days` is the median from receipt to answer, None before the first answer."""

    label: str
    open: int
    overdue: int
    done: int
    refused: int
    other: int
    days: float | None
    in_time: int

    @property
    def answered(self) -> int:
        return self.done + self.refused

    @property
    def share(self) -> str:
        """ "92 %" of the answers came in time; empty before the first."""
        return f"{round(100 * self.in_time / self.answered)} %" if self.answered else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A row as it is written. `open` and `overdue` are exact."""

    label: str
    open: int
    overdue: int
    done: str
    refused: str
    other: str
    days: str
    share: str


_COLUMNS = ("done", "refused", "other")


def shown_rows(rows: Sequence[Figures], total: Figures) -> tuple[list[Shown], Shown]:
    """The rows, and their sum."""
    columns = {name: column([getattr(row, name) for row in rows], getattr(total, name)) for name in _COLUMNS}
    shown = [_shown(row, {name: columns[name][place] for name in _COLUMNS}) for place, row in enumerate(rows)]
    return shown, _shown(total, {name: columns[name][-1] for name in _COLUMNS})


def column(counts: Sequence[int], total: int) -> list[str]:
    """The counts as they are written, then their sum."""
    written = [_written(count) for count in [*counts, total]]
    few = [place for place, count in enumerate(counts) if 0 < count < LEAST]
    if len(few) == 1 and total >= LEAST:
        others = [place for place, count in enumerate(counts) if count >= LEAST]
        written[min(others, key=lambda place: counts[place]) if others else -1] = LEFT_OUT
    return written


def _written(count: int) -> str:
    return FEW if 0 < count < LEAST else f"{count:,}"


def _shown(row: Figures, counts: dict[str, str]) -> Shown:
    is_enough = row.answered >= LEAST
    return Shown(
        label=row.label,
        open=row.open,
        overdue=row.overdue,
        **counts,
        days=f"{row.days:g}" if is_enough and row.days is not None else "",
        share=row.share if is_enough else "",
    )
