"""Full names in a text, as keys by which known persons are looked up: whose they are is for the directory to say.

Two to four words in a row may be a name. The key is the same in either order, so that "Hopper, Grace" is found too.
A single word is never a name: too many people share it (decision 9). Nothing is guessed: what nobody known bears is no
name to this program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aureole.kernel.text import fold
from aureole.search.common_words import COMMON_WORDS

LONGEST = 4
_PIECE = re.compile(r"[^\s.,_\-]+")
_APART = re.compile(
    r"[\s.,_\-]{4,}"
)  # more than lie between two words of a name, wherever a name is looked for
_EDGE = re.compile(r"^[^\w]+|[^\w]+$")
_NAME_WORDS = re.compile(r"[\s.,_\-]+")


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a text, folded."""

    folded: str
    is_capital: bool
    is_common: bool


def key_of(words: list[str]) -> str:
    return " ".join(sorted(words))


def keys_of_name(name: str) -> Iterator[str]:
    """Of a name somebody bears: all of it, and its first and last word; nothing for a single word."""
    words = [word for word in _NAME_WORDS.split(fold(name)) if word]
    if len(words) < 2:
        return
    if len(words) <= LONGEST:
        yield key_of(words)
    if len(words) > 2:
        yield key_of([words[0], words[-1]])


def keys_in(texts: Iterable[str]) -> set[str]:
    """Of everything in the texts that could be a full name."""
    found: set[str] = set()
    for text in texts:
        for stretch in _APART.split(text):
            words = list(map(_word, _PIECE.findall(stretch)))
            found.update(_of_two(words))
            found.update(_longer(words))
    return found


def _of_two(words: Sequence[_Word | None]) -> Iterator[str]:
    """Two words in a row: written as names are, or neither of them one that nearly every text has."""
    one = None
    for other in words:
        if (
            one
            and other
            and ((one.is_capital and other.is_capital) or not (one.is_common or other.is_common))
        ):
            first, last = one.folded, other.folded
            yield f"{first} {last}" if first <= last else f"{last} {first}"
        one = other


def _longer(words: Sequence[_Word | None]) -> Iterator[str]:
    """Three and four words in a row, the first and the last of them written as names are."""
    capitals = {place for place, word in enumerate(words) if word is not None and word.is_capital}
    for start in capitals:
        for end in range(start + 2, start + LONGEST):
            if end in capitals:
                run = [word.folded for word in words[start : end + 1] if word is not None]
                if len(run) == end - start + 1:
                    yield key_of(run)


@lru_cache(maxsize=20_000)  # most words of a text were in the one before
def _word(piece: str) -> _Word | None:
    """None for what is no word: an address, a number, or more letters than a name has."""
    word = _EDGE.sub("", piece)
    if not word or len(word) > 40 or "@" in word or any(c.isdigit() for c in word):
        return None
    folded = fold(word)
    return _Word(folded, not word[0].islower(), folded in COMMON_WORDS)
