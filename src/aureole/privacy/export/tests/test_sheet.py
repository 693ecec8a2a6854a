"""The letter under Art. 15: the same points in every language, as text, page and PDF."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from django.test import override_settings

from aureole.privacy.declare import declarations, outside_places
from aureole.privacy.export import answer, recipients, sheet
from aureole.privacy.export.ports import Receiver
from aureole.privacy.export.sheet import (
    LANGUAGES,
    Chapter,
    Counted,
    Sheet,
    as_html,
    as_pdf,
    letter_words,
    sheet_of,
)
from aureole.privacy.redaction.reasons import OTHERS_REASON, STAFF_REASON
from aureole.privacy.transfer.recipients import WORDS
from aureole.privacy.vocabulary import ARTICLES, purposes, retentions

AT = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def _sheet(name: str = "Ada Lindqvist", language: str = "en", **chapter: Any) -> Sheet:
    chapters = [Chapter(heading="A heading", **chapter)]
    return sheet_of(chapters, title="A title", sender="Nordlys", name=name, at=AT, language=language)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1 day, 1,000"), ("de", "1 day, 1.000"), ("fr", "1 day, 1\xa0000"), ("es", "1 day, 1\xa0000")],
)
def test_a_number_takes_the_words_and_the_digits_of_its_language(language: str, said: str) -> None:
    one, many = Counted(1, language), Counted(1000, language)
    assert f"{one:day|days}, {many}" == said
    assert f"{many:day|days}".endswith(" days")


def _headings(made: Sheet) -> list[str]:
    """The headings as typst has set them."""
    found = json.loads(typst.query(sheet.SOURCE, "heading", field="body", sys_inputs=sheet.inputs_of(made)))
    return [body["text"] for body in found]


def _shape(value: Any) -> Any:
    """Keys, and the names in braces that a text must have: the same in every language."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items() if key != "said"}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return sorted(re.findall(r"\{(\w+)(?::[^{}]+\|[^{}]+)?\}", value))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_places_to_fill(language: str) -> None:
    assert _shape(letter_words(language)) == _shape(letter_words("en"))
    found = Path(sheet.__file__).parent / "words" / f"{language}.toml"
    assert tomllib.loads(found.read_text("utf-8")) == letter_words(language)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_whatever_the_data_map_says_is_said_in_every_language(language: str) -> None:
    """A new declaration needs its label and source in words/<language>.toml under "said"."""
    declared = {text for d in declarations() for text in (d.label, d.source)}
    declared |= {text for p in purposes() for text in (p.label, p.words)}
    declared |= {text for r in retentions() for text in (r.label, r.start)}
    declared |= {text for p in outside_places() for text in (p.label, p.holds)}
    declared |= {OTHERS_REASON, STAFF_REASON, *ARTICLES.values()}
    assert sorted(declared - set(letter_words(language)["said"])) == []


def test_in_english_too_the_data_map_speaks_to_the_person_it_is_about() -> None:
    told = answer.Told("en")
    said = {told.said(text) for d in declarations() for text in (d.label, d.source)}
    assert [text for text in sorted(said) if re.search(r"\b(they|their|theirs|the person)\b", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_data_has_a_word(language: str) -> None:
    used = {f.category for d in declarations() for f in d.fields.values() if f.category.startswith("user.")}
    assert sorted(used - set(letter_words(language)["kinds"])) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_has_every_point_and_is_a_pdf_that_can_be_read_aloud(language: str, settings: Any) -> None:
    held = {d.table: 3 for d in declarations() if not d.withheld} | {"ledger_entry": 7}
    chapters = answer.chapters(held, Counter({OTHERS_REASON: 2}), [], language)
    assert len(chapters) == 11 and all(chapter.heading for chapter in chapters)
    settings.AUREOLE_POSTAL_ADDRESS = "Storgata 1, 0155 Oslo"
    made = sheet_of(
        chapters,
        title=letter_words(language)["title"],
        sender="Nordlys",
        name="Ada",
        at=AT,
        language=language,
    )
    pdf = as_pdf(made)
    assert b"/StructTreeRoot" in pdf and b"pdfuaid" in pdf and b"pdfaid" in pdf
    assert _headings(made) == [made.title, *(chapter.heading for chapter in chapters)]
    assert f'<html lang="{language}">' in as_html(made) and "Storgata 1" in as_html(made)
    assert made.date == {
        "en": "25 November 2026", "de": "25. November 2026",
        "fr": "25 novembre 2026", "es": "25 de noviembre de 2026",
    }[language]  # fmt: skip
    assert sheet.written_day(AT.replace(day=1), language).partition(" ")[0] == (
        {"de": "1.", "fr": "1er"}.get(language, "1")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_controllers_are_named_in_the_language_of_the_letter(language: str) -> None:
    """A kind without words would be told in English, so every kind has to have its own."""
    english = answer.Told("en")
    for kind, (gets, why) in WORDS.items():
        found = Receiver(kind=kind, name="Fjell Outdoor", gets=gets, why=why, at=AT)
        name, told = answer.Told(language).receiver(found)
        assert name == "Fjell Outdoor" and str(AT.year) in told and "{" not in told
        assert english.receiver(found) == english.receiver(replace(found, kind="")), "both say the same"
        assert (told == english.receiver(found)[1]) == (language == "en")


def test_what_somebody_is_called_is_never_markup() -> None:
    name = '#panic("x") $y$ *b* `c` <script>alert(1)</script> @ref'
    made = replace(_sheet(name, sentences=(name,), lines=((name, name),)), title=name)
    assert _headings(made)[0] == name
    assert as_pdf(made).startswith(b"%PDF-")
    assert "<script>" not in as_html(made)


def test_a_name_in_letters_without_a_font_still_gets_a_letter() -> None:
    assert as_pdf(_sheet("\U00013080\U00013081")).startswith(b"%PDF-")


@override_settings(AUREOLE_FILES_URL="s3://store-of-nordlys/aureole")
def test_servers_of_others_are_recipients_by_name(settings: Any) -> None:
    settings.DATABASES["default"] = {**settings.DATABASES["default"], "HOST": "db.elsewhere.example"}
    try:
        assert [r.name for r in recipients.servers()] == ["s3://store-of-nordlys", "db.elsewhere.example"]
    finally:
        settings.DATABASES["default"] = {**settings.DATABASES["default"], "HOST": ""}


def test_our_own_disk_and_database_are_nobodys() -> None:
    assert recipients.servers() == []
