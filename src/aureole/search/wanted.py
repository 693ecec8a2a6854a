"""What a query asks for: each part knows its tokens for the index and its places in an opened text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from aureole.search.languages import STEMMERS, stem
from aureole.search.tokens import LONGEST_PREFIX, Term, phone_term, stem_term, word_terms
from aureole.search.words import Word, spot_numbers, spot_words

Group = tuple[Term, ...]  # a row needs at least one of them
Place = tuple[int, int]


class Reading:
    """An opened text, read into words at most once however many parts look at it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> list[Word]:
        return list(spot_words(self.text))

    @cached_property
    def numbers(self) -> list[Word]:
        return list(spot_numbers(self.text))


class Wanted(Protocol):
    """One part of a query. A row is a hit when every part has a place in it."""

    def groups(self) -> list[Group]: ...

    def places(self, reading: Reading) -> Iterator[Place]: ...


@dataclass(frozen=True, slots=True)
class WantedWord:
    """A word, or another form of it in any of the languages with stems."""

    word: str

    def groups(self) -> list[Group]:
        terms: list[Term] = [("word", self.word)]
        for code in STEMMERS:
            root = stem(self.word, code)
            terms += [stem_term(root, code), ("word", root)]
        return [tuple(dict.fromkeys(terms))]

    def places(self, reading: Reading) -> Iterator[Place]:
        return ((w.start, w.end) for w in reading.words if w.text == self.word or self._is_form(w))

    def _is_form(self, other: Word) -> bool:
        # Stems only lose their ends, so the comparison of beginnings spares nearly all the stemming.
        if other.unspaced or other.text[:2] != self.word[:2]:
            return False
        return any(stem(other.text, code) == stem(self.word, code) for code in STEMMERS)


@dataclass(frozen=True, slots=True)
class WantedPhrase:
    """Words directly after one another, as written; also a run of an unspaced script, or a code."""

    words: tuple[Word, ...]

    def groups(self) -> list[Group]:
        return [(term,) for word in self.words for term in word_terms(word)]

    def places(self, reading: Reading) -> Iterator[Place]:
        length = len(self.words)
        for i in range(len(reading.words) - length + 1):
            found = reading.words[i : i + length]
            if all(self._fits(at, word) for at, word in enumerate(found)):
                yield self._place(found)

    def _fits(self, position: int, found: Word) -> bool:
        wanted = self.words[position].text
        if not self.words[position].unspaced:
            return found.text == wanted
        first, last = position == 0, position == len(self.words) - 1
        if first and last:
            return wanted in found.text
        if first:
            return found.text.endswith(wanted)
        return found.text.startswith(wanted) if last else found.text == wanted

    def _place(self, found: Sequence[Word]) -> Place:
        run = found[0]
        if len(found) == 1 and run.unspaced and len(run.text) == run.end - run.start:
            start = run.start + run.text.index(self.words[0].text)
            return start, start + len(self.words[0].text)
        return run.start, found[-1].end


@dataclass(frozen=True, slots=True)
class WantedAddress:
    """A whole e-mail address: one token that nothing else has."""

    address: str

    def groups(self) -> list[Group]:
        return [(("address", self.address),)]

    def places(self, reading: Reading) -> Iterator[Place]:
        return WantedPhrase(tuple(spot_words(self.address))).places(reading)


@dataclass(frozen=True, slots=True)
class WantedNumber:
    """A phone number however it is written; `single` when it may as well be an order number."""

    digits: str
    single: bool = False

    def groups(self) -> list[Group]:
        word: tuple[Term, ...] = (("word", self.digits),) if self.single else ()
        return [(phone_term(self.digits), *word)]

    def places(self, reading: Reading) -> Iterator[Place]:
        if self.single:
            yield from ((w.start, w.end) for w in reading.words if w.text == self.digits)
        yield from ((n.start, n.end) for n in reading.numbers if self._same(n.text))

    def _same(self, found: str) -> bool:
        """Equal but for country code and trunk zero."""
        one, other = self.digits.lstrip("0"), found.lstrip("0")
        return one.endswith(other) or other.endswith(one)


@dataclass(frozen=True, slots=True)
class WantedStart:
    """The beginning of a word of a name or an address, while somebody types."""

    start: str

    def groups(self) -> list[Group]:
        return [(("prefix", self.start[:LONGEST_PREFIX]),)]

    def places(self, reading: Reading) -> Iterator[Place]:
        for word in reading.words:
            if word.text.startswith(self.start):
                yield word.start, min(word.end, word.start + len(self.start))
