"""Words, names and texts that look like correspondence: frequencies after Zipf, all from one seed."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import accumulate

# fmt: off
_ONSETS = (
    "b", "br", "d", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v",
)
# fmt: on
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_CODAS = ("", "", "n", "r", "s", "l", "t", "nd", "rk", "st")
VOCABULARY = 20_000
WORDS_PER_TEXT = 125  # about 650 characters
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))


class Speech:
    """Draws texts. Word number n is used in proportion to 1/n, and the short ones are the common ones.

    stream  the vocabulary is the seed's; what is drawn from it is this stream's, so that parts made by
            several processes are the same however they are divided
    """

    def __init__(self, seed: int, stream: str = "") -> None:
        self.rng = random.Random(f"{seed}/{stream}")
        self.words = vocabulary(seed)

    def draw(self, count: int) -> list[str]:
        return self.rng.choices(self.words, cum_weights=_WEIGHTS, k=count)

    def text(self, words: int = WORDS_PER_TEXT) -> str:
        """Sentences of some ten words, a paragraph after every fourth."""
        drawn, sentences = self.draw(words), []
        for start in range(0, len(drawn), 10):
            sentences.append(" ".join(drawn[start : start + 10]).capitalize() + ".")
        lines = [" ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4)]
        return "\n\n".join(lines)

    def subject(self) -> str:
        return " ".join(self.draw(self.rng.randint(3, 7))).capitalize()

    def name(self) -> str:
        """First and last name; the last is rare, so that few share both."""
        first, middle, last = (_word(self.rng) for _ in range(3))
        return f"{first.capitalize()} {middle.capitalize()}{last}"


@lru_cache(maxsize=4)
def vocabulary(seed: int) -> list[str]:
    """20 000 different words, on the whole shorter ones first: in any language the common words are short."""
    rng, found = random.Random(seed), dict[str, None]()
    while len(found) < VOCABULARY:
        found[_word(rng)] = None
    return sorted(found, key=lambda word: len(word) + rng.uniform(0, 6))


def _word(rng: random.Random) -> str:
    draw = rng.choice
    return "".join(draw(_ONSETS) + draw(_VOWELS) + draw(_CODAS) for _ in range(draw((1, 2, 2, 2, 3))))
