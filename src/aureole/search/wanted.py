"""What a query asks for: each part knows its tokens for the index and its places in an opened text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from aureole.search.common_words import COMMON_WORDS
from aureole.search.languages import STEMMERS, stem
from aureole.search.reading import Reading
from aureole.search.tokens import LONGEST_PREFIX, Term, is_common, phone_term, word_terms
from aureole.search.words import Word, spot_words

Group = tuple[Term, ...]  # a row needs at least one of them
Place = tuple[int, int]


class Wanted(Protocol):
    """One part of a query. A row is a hit when every part has a place in it."""

    def groups(self) -> list[Group]: ...

    def places(self, reading: Reading) -> Iterator[Place]: ...


@lru_cache(maxsize=4096)
def _roots(word: str) -> tuple[str, ...]:
    """The stem of the word in each language."""
    return tuple(stem(word, code) for code in STEMMERS)


@dataclass(frozen=True, slots=True)
class WantedWord:
    """A word, or another form of it in any of the languages with stems."""

    word: str

    def groups(self) -> list[Group]:
        return [tuple(("word", form) for form in dict.fromkeys([self.word, *_roots(self.word)]))]

    def places(self, reading: Reading) -> Iterator[Place]:
        roots = _roots(self.word)
        # Stems only lose their ends (and turn y to i), so few words have to be stemmed at all.
        shared = max(2, min(map(len, roots)) - 2)
        for word in reading.beginning(self.word[:shared]):
            if word.text == self.word or self._is_form(word.text, roots):
                yield word.start, word.end

    @staticmethod
    def _is_form(other: str, roots: tuple[str, ...]) -> bool:
        return any(one == root for one, root in zip(_roots(other), roots, strict=True))

    @property
    def is_common(self) -> bool:
        return self.word in COMMON_WORDS


@dataclass(frozen=True, slots=True)
class WantedPhrase:
    """Words directly after one another, as written; also a run of an unspaced script, or a code."""

    words: tuple[Word, ...]

    def groups(self) -> list[Group]:
        """A common word among them is no help of the index, and is seen to when the text is open."""
        terms = [term for word in self.words for term in word_terms(word)]
        return [(term,) for term in terms if not is_common(term)] or [(term,) for term in terms]

    @property
    def is_common(self) -> bool:
        return all(is_common(term) for word in self.words for term in word_terms(word))

    def places(self, reading: Reading) -> Iterator[Place]:
        if not any(word.unspaced for word in self.words):
            found = reading.together(tuple(word.text for word in self.words))
            if found is not None:
                yield from found
                return
        yield from self._word_by_word(reading)

    def _word_by_word(self, reading: Reading) -> Iterator[Place]:
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
            yield from ((w.start, w.end) for w in reading.beginning(self.digits) if w.text == self.digits)
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
        for word in self._begun(reading):
            yield word.start, min(word.end, word.start + len(self.start))

    def _begun(self, reading: Reading) -> Iterator[Word]:
        yield from reading.beginning(self.start)
        if not self.start.isascii():
            yield from (w for w in reading.words if w.unspaced and w.text.startswith(self.start))
