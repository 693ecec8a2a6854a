from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import UUID

import pytest

from aureole.search.common_words import COMMON_WORDS
from aureole.search.document import Document
from aureole.search.languages import guess_language, stem, stemming_languages
from aureole.search.tokens import document_terms
from aureole.search.words import plain, spot_emails, spot_numbers, spot_words


def words(text: str) -> list[str]:
    return [word.text for word in spot_words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grüße, José!", ["grusse", "jose"]),
        ("Søren Ærø Łódź", ["soren", "aero", "lodz"]),
        ("ORD-2024/0042", ["ord", "2024", "0042"]),
        ("don't", ["don", "t"]),
        ("Ver\u00adtrag zero\u200bwidth", ["vertrag", "zerowidth"]),
        ("e\u0301te\u0301", ["ete"]),
        ("snake_case", ["snake", "case"]),
        ("東京タワー2024", ["東京タワー", "2024"]),
        ("भारत", [plain("भारत")]),
        ("", []),
    ],
)
def test_text_is_read_into_folded_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_every_word_knows_its_place() -> None:
    text = "Ein Gruß aus 東京."
    assert [text[w.start : w.end] for w in spot_words(text)] == ["Ein", "Gruß", "aus", "東京"]


def test_addresses_are_found_whole_in_running_text() -> None:
    text = "Write to <Ada.Lovelace@Example.org>, o'brien@shop.example or not@all"
    assert list(spot_emails(text)) == ["ada.lovelace@example.org", "o'brien@shop.example"]


@pytest.mark.parametrize(
    "written",
    [
        "+49 30 1234567",
        "+49 (0)30 123-4567",
        "0049 30 123 45 67",
        "030/1234567",
        "(030) 123 4567",
        "+49\u00a030\u00a01234567",
    ],
)
def test_phone_numbers_end_alike_however_they_are_written(written: str) -> None:
    assert any(number.text.endswith("301234567") for number in spot_numbers(f"call {written}, please"))


def test_neighbouring_numbers_are_also_read_apart() -> None:
    numbers = {number.text for number in spot_numbers("order 4711 0301234567 / 0401234567")}
    assert {"0301234567", "0401234567"} <= numbers


def test_hostile_text_costs_its_length_only() -> None:
    start = time.perf_counter()
    for text in ("a." * 50_000, "1 " * 50_000, "a@" * 50_000, "(" * 100_000):
        list(spot_words(text))
        list(spot_emails(text))
        list(spot_numbers(text))
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the parcel is not here and we have waited", "en"),
        ("ich habe die bestellung nicht erhalten", "de"),
        ("je vous remercie pour la reponse", "fr"),
        ("hola no me ha llegado el pedido que hice por la web", "es"),
        ("jeg har ikke modtaget pakken", "da"),
        ("jag har inte fatt paketet och undrar", "sv"),
        ("zxq vvv", ""),
    ],
)
def test_the_language_is_told_by_its_common_words(text: str, code: str) -> None:
    assert guess_language(text.split()) == code


def test_a_told_language_outranks_a_guess_and_an_unknown_one_stems_nothing() -> None:
    english = ["the", "parcel", "is", "not", "here"]
    assert stemming_languages("de-AT", english) == ("de",)
    assert stemming_languages("pl", english) == ()
    assert stemming_languages("", ["zxq"]) == ("en", "de", "fr", "es", "da", "sv")
    assert stemming_languages("", ["zxq"] * 31) == ()


def test_numbers_and_short_words_are_their_own_stem() -> None:
    assert (stem("orders", "en"), stem("4711s", "en"), stem("is", "en")) == ("order", "4711s", "is")


def test_common_words_of_texts_are_not_indexed_and_those_of_names_are() -> None:
    document = Document(
        kind="note", row_id=UUID(int=1), person_id=UUID(int=2), at=datetime(2026, 3, 1, tzinfo=UTC), language="en",
        texts=["The orders of an Enkel and the dog"], prefix_texts=["An Du"],
    )  # fmt: skip
    words = {text for token_class, text in document_terms(document) if token_class == "word"}
    assert words == {"an", "du", "orders", "order", "enkel", "dog"}


def test_words_that_mean_something_in_another_language_are_not_common() -> None:
    assert not {"die", "war", "dog", "sea", "mine", "will", "hans"} & COMMON_WORDS
    assert {"the", "und", "les", "que", "ikke", "och"} <= COMMON_WORDS
    assert all(word == plain(word) for word in COMMON_WORDS)
