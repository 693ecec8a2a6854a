"""What people read of a measurement: growth, picture, tables."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from aureole.kernel.errors import Broken
from bench.chart import draw, nice, short
from bench.growth import by_work, growth
from bench.report import BEGIN, END, with_figures
from bench.table import Measured, read_json, write_json

FIGURES = [
    Measured(work="list", size=1_000_000, floor=12, ours=22, goal=2.0, p95=33),
    Measured(work="list", size=10_000, floor=10, ours=20, goal=2.0, p95=30),
    Measured(work="mail", size=10_000, floor=200, ours=100, unit="mails/s"),
    Measured(work="mail", size=1_000_000, floor=200, ours=50, unit="mails/s"),
]


def test_growth_compares_the_largest_size_with_the_smallest_and_a_slower_rate_is_growth() -> None:
    works = by_work(FIGURES)
    assert growth(works["list"]).ours == pytest.approx(1.1)
    assert growth(works["list"]).p95 == pytest.approx(1.1)
    assert growth(works["mail"]).ours == pytest.approx(2.0)
    assert growth(works["mail"]).floor == pytest.approx(1.0)


def test_the_picture_names_every_work_with_its_ratio_at_both_ends() -> None:
    picture = ElementTree.fromstring(draw(FIGURES))  # noqa: S314  our own
    words = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"list", "mail", "2.0×", "→ 1.83×", "→ 4.0×", "10 k", "1 M", "ms each"} <= set(words)


def test_a_picture_of_one_size_can_be_drawn() -> None:
    ElementTree.fromstring(draw(FIGURES[:1]))  # noqa: S314


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    fresh = with_figures(page, FIGURES)
    assert fresh.startswith("before\n") and fresh.endswith("\nafter\n") and "old" not in fresh
    assert "| list | 10.0 | 20.0 | ms | 2.00 | 2 | yes |" in fresh
    assert "### Cost at 1 M over cost at 10 k" in fresh and "| list | 1.10 | 1.10 | 1.20 |" in fresh
    assert with_figures(fresh, FIGURES) == fresh
    with pytest.raises(Broken):
        with_figures("no marks", FIGURES)


def test_the_page_of_the_docs_has_the_marks() -> None:
    assert with_figures(Path("docs/performance.md").read_text("utf-8"), FIGURES)


def test_figures_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_json(FIGURES, tmp_path / "figures.json")
    assert read_json(tmp_path / "figures.json") == FIGURES


def test_axes_end_at_round_numbers() -> None:
    assert [nice(value) for value in (0, 0.7, 11, 100, 5400)] == [1.0, 0.8, 20, 100, 6000]
    assert [short(size) for size in (500, 10_000, 1_500_000)] == ["500", "10 k", "1.5 M"]
