"""A letter as plain text, as a page and as PDF, from the same content. Typst sets the PDF."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, cast

import typst
from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as date_format
from django.utils.formats import number_format

from aureole.privacy.export.look import page

LANGUAGES = ("en", "de", "fr", "es")
# PDF/UA-1 can be read by programs that read aloud, PDF/A-3b still in thirty years.
STANDARDS = ("ua-1", "a-3b")
_HERE = Path(__file__).parent
SOURCE = str(_HERE / "sheet.typ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A heading ("" for none), sentences, and lines of (words, explanation)."""

    heading: str = ""
    sentences: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What a letter says. date and page: as written in its language ("Page" stands before the number).

    address  where the sender may be written to on paper; "" when nobody said so
    """

    language: str
    sender: str
    address: str
    date: str
    title: str
    to: str
    page: str
    chapters: Sequence[Chapter]


def known_language(code: str) -> str:
    """One of `LANGUAGES`; English for any other."""
    short = code.lower()[:2]
    return short if short in LANGUAGES else "en"


@cache
def letter_words(language: str) -> dict[str, Any]:
    """Texts of the answer under Art. 15 in that language; English where there is none."""
    return tomllib.loads((_HERE / "words" / f"{known_language(language)}.toml").read_text("utf-8"))


def sheet_of(
    chapters: Sequence[Chapter], *, title: str, sender: str, name: str, at: date, language: str
) -> Sheet:
    """A letter to `name` ("" when nobody's name is known)."""
    words = letter_words(language)
    return Sheet(
        language=known_language(language), sender=sender,
        address=settings.AUREOLE_POSTAL_ADDRESS.removeprefix(f"{sender}, "),
        date=written_day(at, language), title=title,
        to=words["to"].format(name=name or words["you"]), page=words["page"], chapters=chapters,
    )  # fmt: skip


def written_day(at: date, language: str) -> str:
    """25 November 2026, 25. November 2026, 25 novembre 2026 (but 1er décembre), 25 de noviembre de 2026."""
    code = known_language(language)
    with translation.override(code):
        said = date_format(at, letter_words(code)["date"])
    return f"1er{said[1:]}" if code == "fr" and at.day == 1 else said


class Counted(int):
    """A number that fits into a sentence: "{days:day|days}" becomes "1 day" or "1,000 days".

    The number alone without words after the colon. Digits are grouped as the language does it.
    """

    language: str

    def __new__(cls, number: int, language: str) -> Counted:
        made = super().__new__(cls, number)
        made.language = known_language(language)
        return made

    def __format__(self, words: str) -> str:
        with translation.override(self.language):
            number = number_format(int(self), force_grouping=True)
        one, _, many = words.partition("|")
        return f"{number} {one if self == 1 else many}" if words else number


def as_text(sheet: Sheet) -> str:
    """For a terminal or a printer."""
    lines = [
        sheet.sender,
        *([sheet.address] if sheet.address else []),
        sheet.date,
        "",
        sheet.to,
        "",
        sheet.title,
        "",
    ]
    for chapter in sheet.chapters:
        lines += ["", chapter.heading, "-" * len(chapter.heading)] if chapter.heading else [""]
        lines += chapter.sentences
        lines += [f"  {words}: {explanation}" for words, explanation in chapter.lines]
    return "\n".join(lines) + "\n"


def as_html(sheet: Sheet) -> str:
    """As a page that fetches nothing."""
    address = f"{escape(sheet.address)}<br>" if sheet.address else ""
    body = [
        f'<p class="from"><b>{escape(sheet.sender)}</b><br>{address}{escape(sheet.date)}</p>',
        f'<h1>{escape(sheet.title)}</h1><p class="sentence" dir="auto">{escape(sheet.to)}</p>',
        *map(_chapter_html, sheet.chapters),
    ]
    return page(sheet.title, ['<main class="letter">', *body, "</main>"], language=sheet.language)


def _chapter_html(chapter: Chapter) -> str:
    heading = f"<h2>{escape(chapter.heading)}</h2>" if chapter.heading else ""
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in chapter.sentences)
    lines = "".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in chapter.lines)
    table = f"<dl>{lines}</dl>" if lines else ""
    return f"<section>{heading}{sentences}{table}</section>"


def as_pdf(sheet: Sheet) -> bytes:
    """On A4. Everything goes in as data, so nothing that somebody is called or wrote is ever markup.

    The standards forbid letters for which no font is installed; a name in such letters gets a PDF without the
    standards, where they show as empty boxes. The page has them in any case.
    """
    inputs = inputs_of(sheet)
    try:
        made = typst.compile(
            SOURCE, sys_inputs=inputs, font_paths=_fonts(), pdf_standards=cast(Any, list(STANDARDS))
        )
    except typst.TypstError as trouble:
        if "could not be displayed" not in str(trouble):
            raise
        made = typst.compile(SOURCE, sys_inputs=inputs, font_paths=_fonts())
    assert isinstance(made, bytes), "one document is one file"
    return made


@cache
def _fonts() -> typst.Fonts:
    """Those of the machine, looked for once: each time would take five times as long as setting a letter."""
    return typst.Fonts()


def inputs_of(sheet: Sheet) -> dict[str, str]:
    """What the template is given."""
    return {"sheet": json.dumps(asdict(sheet), ensure_ascii=False)}
