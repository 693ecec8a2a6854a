"""An opened text, read only as far as the parts of a query ask."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache

from aureole.search.scripts import INVISIBLE, UNSPACED
from aureole.search.words import LONGEST_WORD, Word, plain, spot_numbers, spot_words

_HARD = "\ufffe"  # stands for a character whose folding needs its neighbours; never in a text
_NEEDS_WORDS = re.compile(f"[{UNSPACED}{INVISIBLE}]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class _Folding(dict[int, str]):
    """For str.translate: each character as words are compared. Learns a character when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._fold(chr(code))
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char == "_":
            return " "  # parts words for us, not for regular expressions
        if not char.isalnum():
            return _HARD if unicodedata.category(char)[0] == "M" or _NEEDS_WORDS.match(char) else char
        folded = plain(char)
        return folded if folded.isalnum() and not _NEEDS_WORDS.match(char) else _HARD


_FOLDING = _Folding()


class Reading:
    """Words are looked for in the folded text as a whole; only texts whose characters depend on each other
    (accents written apart, scripts without spaces, hidden characters) are taken apart into all their words."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> list[Word]:
        return list(spot_words(self.text))

    @cached_property
    def numbers(self) -> list[Word]:
        return list(spot_numbers(self.text))

    @cached_property
    def folded(self) -> str | None:
        """The text as words are compared; None when it has to be taken apart."""
        if self.text.isascii():
            return self.text.lower().replace("_", " ")
        folded = self.text.translate(_FOLDING)
        return None if _HARD in folded else folded

    def beginning(self, start: str) -> Iterator[Word]:
        """Words that begin so, in order. `start` is folded and in no unspaced script."""
        if self.folded is None:
            yield from (w for w in self.words if w.text.startswith(start) and not w.unspaced)
            return
        for match in _beginning(start).finditer(self.folded):
            begin, end = match.span()
            if begin == 0 or not self.folded[begin - 1].isalnum():
                yield Word(match.group()[:LONGEST_WORD], self._place(begin), self._place(end))

    def together(self, words: tuple[str, ...]) -> Iterator[tuple[int, int]] | None:
        """Places where folded words stand directly after one another; None when the text has to be taken apart."""
        if self.folded is None:
            return None
        return self._together(self.folded, words)

    def _together(self, folded: str, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Also those that share words, as "0 0" does with itself in "0:0:0"."""
        wanted, at = _sequence(words), 0
        while match := wanted.search(folded, at):
            yield self._place(match.start()), self._place(match.end())
            at = match.start() + 1

    def _place(self, position: int) -> int:
        """Where a place of the folded text is in the text itself."""
        if len(self.text) == len(self.folded or ""):
            return position
        ends, surplus = self._longer
        passed = bisect_right(ends, position)
        return position - (surplus[passed - 1] if passed else 0)

    @cached_property
    def _longer(self) -> tuple[list[int], list[int]]:
        """Characters that fold to several (ß, æ): where each ends in the folded text, and how much that grew."""
        ends: list[int] = []
        surplus: list[int] = []
        grown = 0
        for match in _BEYOND_ASCII.finditer(self.text):
            more = len(_FOLDING[ord(match.group())]) - 1
            if more:
                grown += more
                ends.append(match.end() + grown)
                surplus.append(grown)
        return ends, surplus


@lru_cache(maxsize=512)
def _beginning(start: str) -> re.Pattern[str]:
    """Begins with what is looked for, not with a boundary: the engine then skips to it."""
    return re.compile(re.escape(start) + r"\w*")


@lru_cache(maxsize=512)
def _sequence(words: tuple[str, ...]) -> re.Pattern[str]:
    ends = [re.escape(word) + (r"\w*" if len(word) == LONGEST_WORD else "") for word in words]
    return re.compile(r"\b" + r"\W+".join(ends) + r"\b")
