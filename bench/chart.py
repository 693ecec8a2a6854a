"""`python -m bench.chart [FIGURES [PICTURE]]`: cost against size, a small picture per work.

From bench/latest.json to docs/pictures/performance.svg unless told otherwise. One SVG without scripts or fonts of
its own; it takes the colours of the product, light or dark as its reader.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from bench.growth import by_work
from bench.table import Measured, read_json

SOURCE, TARGET = Path("bench/latest.json"), Path("docs/pictures/performance.svg")
ACROSS, WIDTH, HEIGHT, GAP, MARGIN = 3, 300, 190, 20, 24
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 62, 40, 26
_HEAD = 62
STYLE = """
:root { --paper: #FFFFFF; --ink: #1B1D22; --muted: #5A5F6A; --line: #E5E1D8; --ours: #0F5C5A; --floor: #7C7870; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171B; --ink: #ECEAE4; --muted: #A6ABB5; --line: #2B2F36; --ours: #5FC4BE; --floor: #A8A398; }
}
text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--muted); }
.paper { fill: var(--paper); }
.title { font-size: 12.5px; font-weight: 600; fill: var(--ink); }
.head { font-size: 16px; font-weight: 600; fill: var(--ink); }
.grid { stroke: var(--line); stroke-width: 1; }
.ours { stroke: var(--ours); stroke-width: 2; fill: none; }
.floor { stroke: var(--floor); stroke-width: 1.5; stroke-dasharray: 4 3; fill: none; }
.dot-ours { fill: var(--ours); } .dot-floor { fill: var(--floor); }
.of-ours { fill: var(--ours); font-weight: 600; } .of-floor { fill: var(--floor); }
"""


def draw(measured: Sequence[Measured]) -> str:
    """The whole picture. Rates are shown as the time one takes, so that lower is better everywhere."""
    works = by_work(measured)
    sizes = sorted({line.size for line in measured})
    rows = -(-len(works) // ACROSS)
    width = 2 * MARGIN + ACROSS * WIDTH + (ACROSS - 1) * GAP
    height = _HEAD + rows * (HEIGHT + GAP) + MARGIN - GAP
    panels = "".join(
        _panel(
            work,
            lines,
            sizes,
            MARGIN + place % ACROSS * (WIDTH + GAP),
            _HEAD + place // ACROSS * (HEIGHT + GAP),
        )
        for place, (work, lines) in enumerate(works.items())
    )
    title = "Cost against the number of messages in the database"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{title}"><style>{STYLE}</style><rect class="paper" width="{width}" height="{height}"/>'
        f'<text class="head" x="{MARGIN}" y="28">{title}</text>{_key(width)}{panels}</svg>\n'
    )


def _key(width: int) -> str:
    x, y = MARGIN, 47
    return (
        f'<path class="ours" d="M{x} {y - 4}h22"/><text class="of-ours" x="{x + 28}" y="{y}">ours</text>'
        f'<path class="floor" d="M{x + 76} {y - 4}h22"/><text class="of-floor" x="{x + 104}" y="{y}">floor: '
        "what the machine does at best for the same result</text>"
        f'<text x="{width - MARGIN}" y="{y}" text-anchor="end">right: ours ÷ floor, smallest and largest</text>'
    )


def _panel(work: str, lines: Sequence[Measured], sizes: Sequence[int], left: int, top: int) -> str:
    highest = nice(max(cost for line in lines for cost in (_cost(line, line.ours), _cost(line, line.floor))))
    inner_w, inner_h = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(size: int) -> float:
        if len(sizes) == 1:
            return _LEFT + inner_w / 2
        span = math.log(sizes[-1] / sizes[0])
        return _LEFT + inner_w * math.log(size / sizes[0]) / span

    def y(cost: float) -> float:
        return _TOP + inner_h * (1 - cost / highest)

    parts = [
        f'<text class="title" x="0" y="14">{escape(work)}</text>',
        f'<text x="0" y="29">{_unit(lines[0])}</text>',
    ]
    for share in (0, 0.5, 1):
        level = y(share * highest)
        parts.append(f'<path class="grid" d="M{_LEFT} {level:.1f}h{inner_w}"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{level + 4:.1f}" text-anchor="end">{share * highest:g}</text>'
        )
    parts += [f'<text x="{x(s):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{short(s)}</text>' for s in sizes]
    for name in ("floor", "ours"):
        points = [(x(line.size), y(_cost(line, getattr(line, name)))) for line in lines]
        parts += _curve(name, points)
    parts += _ratios(lines)
    return f'<g transform="translate({left} {top})">{"".join(parts)}</g>'


def _curve(name: str, points: Sequence[tuple[float, float]]) -> Iterator[str]:
    yield f'<path class="{name}" d="M{" L".join(f"{px:.1f} {py:.1f}" for px, py in points)}"/>'
    for px, py in points:
        yield f'<circle class="dot-{name}" cx="{px:.1f}" cy="{py:.1f}" r="{3 if name == "ours" else 2.5}"/>'


def _ratios(lines: Sequence[Measured]) -> list[str]:
    """The two figures people look for: how many times the floor, at both ends."""
    edge = WIDTH - _RIGHT + 10
    first, last = lines[0], lines[-1]
    texts = [f"{times(first.ratio)}"] if first is last else [times(first.ratio), f"→ {times(last.ratio)}"]
    return [
        f'<text class="of-ours" x="{edge}" y="{_TOP + 10 + 15 * place}">{text}</text>'
        for place, text in enumerate(texts)
    ]


def _cost(line: Measured, value: float) -> float:
    return 1000 / value if line.is_rate and value else value


def _unit(line: Measured) -> str:
    return "ms each" if line.is_rate else line.unit


def nice(value: float) -> float:
    """The next 1, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)


def short(size: int) -> str:
    """10 k, 1 M."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:g} M"
    return f"{size / 1000:g} k" if size >= 1000 else str(size)


def times(ratio: float) -> str:
    return f"{ratio:.0f}×" if ratio >= 20 else f"{ratio:.1f}×" if ratio >= 1.95 else f"{ratio:.2f}×"


def main() -> int:
    given = [Path(argument) for argument in sys.argv[1:]]
    source, target = [*given, *(SOURCE, TARGET)[len(given) :]][:2]
    target.write_text(draw(read_json(source)), "utf-8")
    print(f"drawn: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
