"""Text into words as the index compares them: folded, with the places they came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from aureole.kernel.text import fold
from aureole.search.scripts import INVISIBLE, UNSPACED, word

LONGEST_WORD = 64
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_HIDDEN = re.compile(f"[{INVISIBLE}]")
# Repetitions are bounded, so a page of dots or digits costs its length and no more.
_NUMBER = re.compile(r"\+?\(?[0-9](?:(?! / )[ .()\-/\u00a0]{0,3}[0-9]){6,30}")
_DIGITS = re.compile(r"[0-9]+")
_TRUNK_ZERO = re.compile(r"\(0\)")
# Letters that no decomposition takes apart, though people leave the stroke out when they type.
_STROKES = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
FEWEST_DIGITS, MOST_DIGITS = 7, 15  # ITU-T E.164 allows fifteen; fewer than seven is no whole number


# Made at first use: with all scripts in them they take longer than many a command does.
@cache
def _any_word() -> re.Pattern[str]:
    return re.compile(rf"(?P<run>[{UNSPACED}]+)|{word()}")


@cache
def _email() -> re.Pattern[str]:
    return re.compile(
        rf"{word()}(?:[._%+&'\-]{{1,3}}{word()}){{0,20}}@{word()}(?:[.\-]{{1,2}}{word()}){{1,20}}"
    )


class Word(NamedTuple):
    """A folded word and its place in the text; `unspaced` for a run of a script without spaces."""

    text: str
    start: int
    end: int
    unspaced: bool = False


def plain(text: str) -> str:
    """The form in which words are compared: no case, accents, strokes or hidden characters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", fold(_HIDDEN.sub("", text)))
    return folded.translate(_STROKES)


def spot_words(text: str) -> Iterator[Word]:
    """Every word in order of appearance. Words longer than 64 characters are compared by their first 64."""
    if text.isascii():  # nearly all of most texts: no case here changes a length, and nothing else folds
        yield from _ascii_words(text.lower())
        return
    for match in _any_word().finditer(text):
        folded = plain(match.group())
        if folded:
            unspaced = match.lastgroup == "run"
            yield Word(folded if unspaced else folded[:LONGEST_WORD], match.start(), match.end(), unspaced)


def _ascii_words(lowered: str) -> list[Word]:
    """`_make` and a named constructor cost as much as all the rest, and a page of hits has thousands of words."""
    make = tuple.__new__
    spans = [match.span() for match in _ASCII_WORD.finditer(lowered)]
    return [make(Word, (lowered[start:end][:LONGEST_WORD], start, end, False)) for start, end in spans]


def spot_emails(text: str) -> Iterator[str]:
    """E-mail addresses, folded whole."""
    if "@" in text:
        for match in _email().finditer(text):
            yield plain(match.group())


def spot_numbers(text: str) -> Iterator[Word]:
    """Digits of what may be a phone number, however it is spaced; also of each long group in it."""
    for match in _NUMBER.finditer(text):
        groups = _DIGITS.findall(_TRUNK_ZERO.sub("", match.group()))
        for digits in dict.fromkeys(["".join(groups), *groups]):
            if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
                yield Word(digits, match.start(), match.end())


def pairs(run: str) -> list[str]:
    """Overlapping pairs of characters; a single character stands for itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
