"""Words, names and texts that look like correspondence: frequencies after Zipf, all from one seed."""

from __future__ import annotations

import random
from itertools import accumulate

_ONSETS = (
    "b",
    "br",
    "d",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_CODAS = ("", "", "n", "r", "s", "l", "t", "nd", "rk", "st")
VOCABULARY = 20_000
WORDS_PER_TEXT = 105  # about 650 characters


class Speech:
    """Draws texts. Word number n is used in proportion to 1/n."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.words = self._vocabulary()
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))

    def _vocabulary(self) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < VOCABULARY:
            found[self._word()] = None
        return list(found)

    def _word(self) -> str:
        syllables = self.rng.choice((1, 2, 2, 2, 3))
        draw = self.rng.choice
        return "".join(draw(_ONSETS) + draw(_VOWELS) + draw(_CODAS) for _ in range(syllables))

    def draw(self, count: int) -> list[str]:
        return self.rng.choices(self.words, cum_weights=self._weights, k=count)

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
        return f"{self._word().capitalize()} {self._word().capitalize()}{self._word()}"
