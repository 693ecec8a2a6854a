"""Words into keyed 32-bit numbers: all that the index holds.

BLAKE2b (RFC 7693) keyed with a secret of the instance and its epoch, personalised with the shelf the row
stands on, so that a name in a person's record and the same name in a letter share no number. One byte in
front keeps the classes apart, so that the beginning of a name never equals a word. Without the key a token
says nothing but "the same again".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal

from aureole.search.common_words import COMMON_WORDS
from aureole.search.document import Document
from aureole.search.languages import stem, stemming_languages
from aureole.search.sources import shelf_of
from aureole.search.words import Word, pairs, plain, spot_emails, spot_numbers, spot_words
from aureole.vault.epochs import Epochs, epochs

KEY = "search index"
MOST_TOKENS = 20_000
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 12
_BYTES = 4  # decision 14: exact enough that nothing is opened in vain, half the size of eight
_PHONE_TAIL = 7  # what a number shares in national and international writing

TokenClass = Literal["word", "prefix", "address", "phone", "key"]
_MARK: dict[TokenClass, bytes] = {"word": b"w", "prefix": b"p", "address": b"a", "phone": b"n", "key": b"k"}
Term = tuple[TokenClass, str]


def keyed(terms: Iterable[Term], *, shelf: str, keys: Epochs) -> list[int]:
    """Signed 32-bit tokens of one shelf under the key written now, ascending, each once."""
    blank = _blank(keys.keys[keys.current], shelf)
    return sorted({_digest(blank, term) for term in terms})


def asked(terms: Sequence[Term], shelves: Iterable[str]) -> list[int]:
    """What a question looks for: the tokens of the shelves under every key that is alive."""
    live = epochs(KEY)
    blanks = [_blank(key, shelf) for key in live.keys.values() for shelf in shelves]
    return sorted({_digest(blank, term) for blank in blanks for term in terms})


@lru_cache(maxsize=64)
def _blank(key: bytes, shelf: str) -> hashlib.blake2b:
    return hashlib.blake2b(key=key, digest_size=_BYTES, person=shelf.encode()[: hashlib.blake2b.PERSON_SIZE])


def _digest(blank: hashlib.blake2b, term: Term) -> int:
    fresh = blank.copy()
    fresh.update(_MARK[term[0]] + term[1].encode())
    return int.from_bytes(fresh.digest(), "big", signed=True)


def document_tokens(document: Document, keys: Epochs) -> list[int]:
    """At most 20 000 tokens; identifiers and names come first, so a huge text cannot push them out."""
    unique = dict.fromkeys(document_terms(document))
    some = islice(unique, MOST_TOKENS)
    return keyed(some, shelf=shelf_of(document.kind), keys=keys)


def document_terms(document: Document) -> Iterator[Term]:
    """All that is indexed of it, identifiers first; some more than once."""
    yield from (("key", key) for key in document.keys)
    for value in document.exact:
        yield from _exact_terms(value)
    for text in document.prefix_texts:
        yield from _prefix_terms(text)
    named = [*document.exact, *document.prefix_texts]
    for text in (*named, *document.texts):
        yield from (("address", email) for email in spot_emails(text))
        yield from (phone_term(number.text) for number in spot_numbers(text))
    for word in (word for text in named for word in spot_words(text)):
        yield from word_terms(word)  # names and codes keep every word, also those that are common in texts
    yield from _text_terms(document)


def _text_terms(document: Document) -> Iterator[Term]:
    words = [word for text in document.texts for word in spot_words(text)]
    for word in words:
        yield from (term for term in word_terms(word) if not is_common(term))
    spaced = [word.text for word in words if not word.unspaced]
    for code in stemming_languages(document.language, spaced):
        for text in spaced:
            if text not in COMMON_WORDS and (root := stem(text, code)) != text and root not in COMMON_WORDS:
                yield ("word", root)


def _exact_terms(value: str) -> Iterator[Term]:
    if "@" in value:
        yield ("address", plain(value.strip()))


def _prefix_terms(text: str) -> Iterator[Term]:
    for word in spot_words(text):
        shortest = 1 if word.unspaced else SHORTEST_PREFIX
        for length in range(shortest, min(len(word.text), LONGEST_PREFIX) + 1):
            yield ("prefix", word.text[:length])


def word_terms(word: Word) -> list[Term]:
    """The word itself, or the pairs of a run of an unspaced script."""
    return [("word", piece) for piece in (pairs(word.text) if word.unspaced else [word.text])]


def is_common(term: Term) -> bool:
    """Not in the index for a word of a text: it would fit nearly every row."""
    return term[0] == "word" and term[1] in COMMON_WORDS


def phone_term(digits: str) -> Term:
    return ("phone", digits[-_PHONE_TAIL:])
