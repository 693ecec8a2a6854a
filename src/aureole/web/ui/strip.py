"""The day strip: one cell per day of a legal clock, drawn as SVG by the server."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Cell = Literal["gone", "left", "soon", "over", "paused"]
STEP = 7
SOON_DAYS = 5


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Cells in order of days; ``today`` is the index before which the black stroke stands, None for no stroke."""

    cells: Sequence[Cell]
    today: int | None
    is_extended: bool = False

    @property
    def width(self) -> int:
        return len(self.cells) * STEP + (50 if self.is_extended else 0)


def lay_out_strip(
    *, start: date, due: date, today: date, paused: Collection[date] = (), is_extended: bool = False
) -> Strip:
    """Cells from ``start`` to ``due``, or to today when later. ``due`` already counts the pauses in."""
    last = max(due, today)
    days = [start + timedelta(days=n) for n in range((last - start).days)]
    cells = [_cell(day, due=due, today=today, paused=paused) for day in days]
    return Strip(cells=cells, today=min(max((today - start).days, 0), len(cells)), is_extended=is_extended)


def _cell(day: date, *, due: date, today: date, paused: Collection[date]) -> Cell:
    if day in paused:
        return "paused"
    if day >= due:
        return "over"
    if day < today:
        return "gone"
    return "soon" if (due - day).days <= SOON_DAYS else "left"


def draw_strip(strip: Strip) -> str:
    """SVG markup, hidden from screen readers: the same must stand in words beside it."""
    paths = [_path(kind, strip) for kind in ("gone", "left", "soon", "over")]
    paths.append(_pauses(strip))
    if strip.today is not None:
        paths.append(f'<path class="today" d="M{strip.today * STEP - 0.75:g} 0v16"/>')
    if strip.is_extended:
        arrow = len(strip.cells) * STEP + 1
        paths.append(f'<path class="ext" d="M{arrow} 8h44m-3-3 3 3-3 3"/>')
    return (
        f'<svg class="strip" viewBox="0 0 {strip.width} 16" '
        f'width="{strip.width}" height="16" preserveAspectRatio="xMinYMid" aria-hidden="true">'
        f"{''.join(paths)}</svg>"
    )


def _path(kind: str, strip: Strip) -> str:
    solid = kind in {"gone", "over"}
    cells = [_box(n * STEP, solid=solid) for n, cell in enumerate(strip.cells) if cell == kind]
    return f'<path class="{kind}" d="{"".join(cells)}"/>' if cells else ""


def _box(x: float, *, solid: bool) -> str:
    return f"M{x:g} 3h5.5v10H{x:g}z" if solid else f"M{x + 0.25:g} 3.25h5v9.5h-5z"


def _pauses(strip: Strip) -> str:
    places = [n * STEP + 0.25 for n, cell in enumerate(strip.cells) if cell == "paused"]
    if not places:
        return ""
    boxes = "".join(f"M{x:g} 3.25h5v9.5h-5z" for x in places)
    hatching = "".join(f"M{x:g} 7.5l4.5-4.25M{x:g} 12.5l5-5" for x in places)
    return f'<path class="pausebox" d="{boxes}"/><path class="paused" d="{hatching}"/>'
