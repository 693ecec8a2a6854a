from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aureole.search.reading import Reading
from aureole.search.wanted import Place, WantedPhrase, WantedWord
from aureole.search.words import Word, spot_words

# Letters that stay one, that become two, that lose a mark, that are written apart, digits, separators, other scripts.
_CHARACTERS = st.sampled_from("aAbeioßæœÄéøłIİ½№_-.,'0 7\n\u0301\u200b\u00adабвγς東京ไ한 ﬁ")
_TEXTS = st.text(_CHARACTERS | st.characters(codec="utf-8"), max_size=60)


def _in_pieces(text: str) -> Reading:
    """The same text as the slow way sees it: taken apart into all its words."""
    reading = Reading(text)
    reading.__dict__["folded"] = None
    return reading


@given(text=_TEXTS)
def test_looking_in_the_whole_text_finds_what_taking_it_apart_finds(text: str) -> None:
    spaced = [word for word in spot_words(text) if not word.unspaced]
    for word in spaced:
        one: list[Place] = list(WantedWord(word.text).places(Reading(text)))
        assert one == list(WantedWord(word.text).places(_in_pieces(text)))
        assert (word.start, word.end) in one


@given(text=_TEXTS)
@example(text="0:0:0")
def test_words_after_one_another_are_found_where_they_stand(text: str) -> None:
    words = list(spot_words(text))
    for first, second in pairwise(words):
        phrase = WantedPhrase((first, second))
        assert (
            (first.start, second.end) in list(phrase.places(Reading(text)))
            or first.unspaced
            or second.unspaced
        )
        assert list(phrase.places(Reading(text))) == list(phrase.places(_in_pieces(text)))


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("Straße, GRÜSSE und Gruß", "gruss", ["GRÜSSE", "Gruß"]),
        ("ßß Straße", "strasse", ["Straße"]),
        ("an_order_of mine", "order", ["order"]),
        ("reorder orders", "order", ["orders"]),
        ("e\u0301te\u0301 et été", "ete", ["e\u0301te\u0301", "été"]),
    ],
)
def test_places_are_those_of_the_text_as_it_was_written(text: str, word: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in WantedWord(word).places(Reading(text))] == found


def test_words_are_compared_by_their_first_letters_only_when_they_are_very_long() -> None:
    long = "x" * 80
    phrase = WantedPhrase((Word("x" * 64, 0, 64), Word("y", 0, 1)))
    assert list(phrase.places(Reading(f"{long} y"))) == [(0, 82)]
