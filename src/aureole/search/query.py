"""What people type, read into the parts to look for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aureole.kernel.errors import Refused
from aureole.search.tokens import SHORTEST_PREFIX
from aureole.search.wanted import (
    Wanted,
    WantedAddress,
    WantedNumber,
    WantedPhrase,
    WantedStart,
    WantedWord,
)
from aureole.search.words import FEWEST_DIGITS, MOST_DIGITS, plain, spot_numbers, spot_words

LONGEST_QUERY = 400
_MOST_PARTS = 24
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»')
# A number people dial begins with +, 0 or a bracket, or stands in three or more short groups; other
# numbers may just stand side by side.
_DIALLED = re.compile(r"(?<!\S)(?:[+(0][0-9+ .()\-/]{6,30}|[0-9]{2,4}(?:[ .\-][0-9]{2,4}){2,5})(?!\S)")
_AROUND_ADDRESS = "<>()[]{},;:\"'.!?"


def read_query(text: str) -> list[Wanted]:
    """Quoted phrases, phone numbers, e-mail addresses, codes and words; empty when there is no word in it.

    Raises Refused when the text is longer than 400 characters or has more than 24 parts.
    """
    if len(text) > LONGEST_QUERY:
        raise _too_long()
    parts: list[Wanted] = [part for quoted in _QUOTED.findall(text) for part in _phrase("".join(quoted))]
    rest = _QUOTED.sub(" ", text)
    parts += [number for match in _DIALLED.findall(rest) for number in _number(match)]
    rest = _DIALLED.sub(" ", rest)
    parts += [part for chunk in rest.split() for part in _chunk(chunk)]
    if len(parts) > _MOST_PARTS:
        raise _too_long()
    return list(dict.fromkeys(parts))


def _too_long() -> Refused:
    return Refused("search_too_long", "That is too long to search for; a few words that stand out find more.")


def _chunk(chunk: str) -> Iterator[Wanted]:
    if "@" in chunk.strip(_AROUND_ADDRESS)[1:-1]:
        yield WantedAddress(plain(chunk.strip(_AROUND_ADDRESS)))
        return
    words = list(spot_words(chunk))
    if len(words) != 1 or words[0].unspaced:
        yield from _phrase(chunk)
    elif words[0].text.isdigit() and FEWEST_DIGITS <= len(words[0].text) <= MOST_DIGITS:
        yield WantedNumber(words[0].text, single=True)
    else:
        yield WantedWord(words[0].text)


def _phrase(text: str) -> Iterator[Wanted]:
    words = tuple(spot_words(text))
    if words:
        yield WantedPhrase(words)


def _number(text: str) -> Iterator[Wanted]:
    numbers = [number.text for number in spot_numbers(text)]
    if numbers:
        yield WantedNumber(max(numbers, key=len))
    else:
        yield from (part for chunk in text.split() for part in _chunk(chunk))


def read_beginning(text: str) -> list[Wanted]:
    """For type-ahead: every word may be the beginning of one. Empty when a word is still too short."""
    words = list(spot_words(text[:LONGEST_QUERY]))[:_MOST_PARTS]
    if any(len(word.text) < SHORTEST_PREFIX and not word.unspaced for word in words):
        words = [word for word in words if len(word.text) >= SHORTEST_PREFIX or word.unspaced]
    return [WantedStart(word.text) for word in words]


def read_mention(phrase: str) -> list[Wanted]:
    """A name, address or number as others may write it: all its words, in any order and form."""
    if "@" in phrase.strip()[1:-1]:
        return [WantedAddress(plain(phrase.strip()))]
    numbers = [n.text for n in spot_numbers(phrase)] if not any(c.isalpha() for c in phrase) else []
    if numbers:
        return [WantedNumber(max(numbers, key=len), single=True)]
    words = spot_words(phrase)
    return [WantedPhrase((word,)) if word.unspaced else WantedWord(word.text) for word in words]
