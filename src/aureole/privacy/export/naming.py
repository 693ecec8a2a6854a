"""Full names in a text, as keys by which known persons are looked up: whose they are is for the directory to say.

Two to four words in a row may be a name. The key is the same in either order, so that "Hopper, Grace" is found too.
A single word is never a name: too many people share it (decision 9). Nothing is guessed: what nobody known bears is no
name to this program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from aureole.kernel.text import fold
from aureole.search.common_words import COMMON_WORDS

LONGEST = 4
_PIECE = re.compile(r"[^\s.,_\-]+")
_GAP = 3  # characters between two words of a name, as everywhere a name is looked for
_EDGE = re.compile(r"^[^\w]+|[^\w]+$")
_NAME_WORDS = re.compile(r"[\s.,_\-]+")


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


def keys_in(text: str) -> set[str]:
    """Of everything in a text that could be a full name."""
    found: set[str] = set()
    run: list[tuple[str, bool]] = []
    last_end = -_GAP - 1
    for piece in _PIECE.finditer(text):
        word = _EDGE.sub("", piece.group())
        if not word or not _is_word(word):
            run, last_end = [], -_GAP - 1
            continue
        if piece.start() - last_end > _GAP:
            run = []
        last_end = piece.end()
        run = [*run[1 - LONGEST :], (_folded(word), not word[0].islower())]
        found.update(_ending_here(run))
    return found


def _ending_here(run: list[tuple[str, bool]]) -> Iterator[str]:
    last, is_capital = run[-1]
    for length in range(2, len(run) + 1):
        first, was_capital = run[-length]
        if length == 2 and not (is_capital and was_capital):
            if last not in COMMON_WORDS and first not in COMMON_WORDS:
                yield key_of([first, last])
        elif is_capital and was_capital:
            yield key_of([word for word, _ in run[-length:]])


def _is_word(word: str) -> bool:
    return len(word) <= 40 and "@" not in word and not any(c.isdigit() for c in word)


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word)
