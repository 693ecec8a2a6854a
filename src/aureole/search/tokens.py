"""Words into keyed 64-bit numbers: all that the index holds.

BLAKE2b (RFC 7693) keyed with a secret of the instance; one byte in front keeps the classes apart,
so that the beginning of a name never equals a word. Without the key a token says nothing but
"the same again".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from aureole.search.document import Document
from aureole.search.languages import stem, stemming_languages
from aureole.search.words import Word, pairs, plain, spot_emails, spot_numbers, spot_words
from aureole.vault.system_keys import system_key

EPOCH = 1
MOST_TOKENS = 20_000
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 12
_PHONE_TAIL = 7  # what a number shares in national and international writing

TokenClass = Literal["word", "stem", "prefix", "address", "phone"]
_MARK: dict[TokenClass, bytes] = {"word": b"w", "stem": b"s", "prefix": b"p", "address": b"a", "phone": b"n"}
Term = tuple[TokenClass, str]


def keyed(terms: Iterable[Term], epoch: int = EPOCH) -> list[int]:
    """Signed 64-bit tokens, ascending, each once."""
    blank = hashlib.blake2b(key=system_key("search index", epoch), digest_size=8)
    return sorted({_digest(blank, term) for term in terms})


def _digest(blank: hashlib.blake2b, term: Term) -> int:
    fresh = blank.copy()
    fresh.update(_MARK[term[0]] + term[1].encode())
    return int.from_bytes(fresh.digest(), "big", signed=True)


def document_tokens(document: Document) -> list[int]:
    """At most 20 000 tokens; identifiers and names come first, so a huge text cannot push them out."""
    unique = dict.fromkeys(_document_terms(document))
    return keyed(islice(unique, MOST_TOKENS))


def _document_terms(document: Document) -> Iterator[Term]:
    for value in document.exact:
        yield from _exact_terms(value)
    for text in document.prefix_texts:
        yield from _prefix_terms(text)
    texts = [*document.exact, *document.prefix_texts, *document.texts]
    for text in texts:
        yield from (("address", email) for email in spot_emails(text))
        yield from (phone_term(number.text) for number in spot_numbers(text))
    words = [word for text in texts for word in spot_words(text)]
    for word in words:
        yield from word_terms(word)
    yield from _stem_terms([w.text for w in words if not w.unspaced], document.language)


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


def _stem_terms(words: list[str], language: str) -> Iterator[Term]:
    """Stems that differ from their word; where they do not, the word's own token serves."""
    for code in stemming_languages(language, words):
        for word in words:
            root = stem(word, code)
            if root != word:
                yield stem_term(root, code)


def stem_term(root: str, language: str) -> Term:
    return ("stem", f"{language}:{root}")


def phone_term(digits: str) -> Term:
    return ("phone", digits[-_PHONE_TAIL:])
