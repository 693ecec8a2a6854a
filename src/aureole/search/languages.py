"""Which language a text is in, from its commonest words, and the stems of words in it."""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import snowballstemmer

STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "da": "danish", "sv": "swedish"}

# Common and telling the languages apart; folded, as the index compares words.
_COMMON_WORDS = {
    "en": "the and you your is are of to it have has with this that for not we was what please",
    "de": "der die das und ich sie wir ist nicht mit ein eine fur auf zu haben bitte dass mir von",
    "fr": "le la les et je vous nous est pas une des du pour avec dans que mon votre sur merci",
    "es": "el los las que una por para con mi su esta muy pero como hola gracias del y lo se",
    "da": "jeg og det er ikke af til med en et vi har som pa min hvad hej tak den kan jer",
    "sv": "jag och inte det ar av till med en ett vi har som pa min vad hej tack den kan ni",
}
_COMMON = {code: frozenset(words.split()) for code, words in _COMMON_WORDS.items()}
_SURE = 2
_SHORT = 30
_SHORTEST_STEMMED = 3
_own = threading.local()  # stemmers keep state while they work, so each thread has its own


def stemming_languages(language: str, words: Collection[str]) -> tuple[str, ...]:
    """The languages to stem these folded words in.

    One that is known is taken as told, and none of ours stems nothing. Otherwise it is guessed; a
    short text nobody can place (a subject, a name) is stemmed in all, a long one in none.
    """
    told = language.lower().replace("_", "-").split("-")[0]
    if told:
        return (told,) if told in STEMMERS else ()
    guessed = guess_language(words)
    if guessed:
        return (guessed,)
    return tuple(STEMMERS) if len(words) <= _SHORT else ()


def guess_language(words: Collection[str]) -> str:
    """ISO code of the language with the most common words here, or "" when none is ahead."""
    counts = {code: sum(word in common for word in words) for code, common in _COMMON.items()}
    best, second = sorted(counts.values(), reverse=True)[:2]
    if best < _SURE or best == second:
        return ""
    return max(counts, key=lambda code: counts[code])


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; words with digits and very short ones are their own stem."""
    if len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return word
    return str(_stemmer(language).stemWord(word)) or word


def _stemmer(language: str) -> Any:
    stemmers: dict[str, Any] = _own.__dict__
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(STEMMERS[language])
    return stemmers[language]
