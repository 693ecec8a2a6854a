"""What a person opens: pages, tables and the covering letter."""

from __future__ import annotations

import csv
import io
import re

from aureole.privacy.export.tests.story import Package


def test_the_page_runs_nothing_fetches_nothing_and_shows_hostile_words_as_words(package: Package) -> None:
    for name in ("index.html", "letter.html"):
        page = package.text(name)
        assert "default-src &#x27;none&#x27;" in page
        assert not re.search(r"<(script|iframe|object|embed|link|form|base)\b", page, re.IGNORECASE)
        assert not re.search(r"<[^>]*\son\w+\s*=", page) and "javascript:" not in page
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "&lt;script&gt;alert(" in package.text("index.html")


def test_every_link_of_the_page_leads_to_a_file_of_the_package(package: Package) -> None:
    from urllib.parse import unquote

    links = re.findall(r'href="([^"#]+)"', package.text("index.html"))
    assert links and {unquote(link) for link in links} <= set(package.entries)


def test_no_cell_of_a_csv_file_is_a_formula(package: Package) -> None:
    for name in (name for name in package.entries if name.endswith(".csv")):
        for row in csv.reader(io.StringIO(package.text(name).lstrip("\ufeff"))):
            assert not any(cell.startswith(("=", "@", "\t")) for cell in row), name


def test_the_covering_letter_answers_every_point_of_article_15(package: Package) -> None:
    letter = package.text("letter.txt")
    for heading in (
        "Do we hold data about you?", "Why we use it", "What kinds of data", "Who else gets it",
        "How long we keep it",
        "Where we have it from", "What you can ask of us", "If you are not content", "Decisions by machines",
        "Transfers to other countries", "What we searched",
    ):  # fmt: skip
        assert heading in letter
    shown = re.findall(r"^  .+: (\d+)$", letter, re.MULTILINE)
    assert sum(map(int, shown)) == package.manifest["counts"]["records"]
    assert "our answer + 3 months" in letter and "GDPR Art. 6(1)(b)" in letter
