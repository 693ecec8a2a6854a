"""`python -m bench.report [FIGURES [PAGE]]`: writes the tables of docs/performance.md from bench/latest.json.

Only what stands between the marks `figures` and `end of figures` is replaced, so nobody types a figure.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from aureole.kernel.errors import Broken
from bench.chart import short
from bench.growth import by_work, growth
from bench.table import Measured, read_json

SOURCE, TARGET = Path("bench/latest.json"), Path("docs/performance.md")
BEGIN, END = "<!-- figures: written by `python -m bench.report` -->", "<!-- end of figures -->"


def with_figures(page: str, measured: Sequence[Measured]) -> str:
    """The page with fresh tables. Raises Broken when it has no place for them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Broken("bench.no_marks", f"The page has no lines {BEGIN} and {END}; nothing was written.")
    return f"{before}{BEGIN}\n\n{_figures(measured)}\n{END}{after}"


def _figures(measured: Sequence[Measured]) -> str:
    sizes = sorted({line.size for line in measured})
    parts = [_table(size, [line for line in measured if line.size == size]) for size in sizes]
    if len(sizes) > 1:
        parts.append(_growth(sizes, measured))
    return "\n".join(parts)


def _table(size: int, lines: Sequence[Measured]) -> str:
    head = [f"### {short(size)} messages", "", "| work | floor | ours | unit | ratio | goal | met |"]
    rows = [
        f"| {line.work} | {figure(line.floor)} | {figure(line.ours)} | {line.unit} | {line.ratio:.2f} | "
        f"{'' if line.goal is None else f'{line.goal:g}'} | {line.verdict.lower()} |"
        for line in lines
    ]
    return "\n".join([*head, "|---|---:|---:|---|---:|---:|---|", *rows, ""])


def _growth(sizes: Sequence[int], measured: Sequence[Measured]) -> str:
    return "\n".join(
        [
            f"### Cost at {short(sizes[-1])} over cost at {short(sizes[0])}", "",
            "| work | ours | p95 of ours | floor |", "|---|---:|---:|---:|", *_growing(measured), "",
        ]
    )  # fmt: skip


def _growing(measured: Sequence[Measured]) -> Iterator[str]:
    for work, lines in by_work(measured).items():
        if len(lines) > 1:
            found = growth(lines)
            p95 = "" if found.p95 is None else f"{found.p95:.2f}"
            yield f"| {work} | {found.ours:.2f} | {p95} | {found.floor:.2f} |"


def figure(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def main() -> int:
    given = [Path(argument) for argument in sys.argv[1:]]
    source, target = [*given, *(SOURCE, TARGET)[len(given) :]][:2]
    page = target.read_text("utf-8")
    target.write_text(with_figures(page, read_json(source)), "utf-8")
    print(f"written: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
