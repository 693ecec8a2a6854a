"""Reading an index without its key."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aureole.search.tokens import Term
from bench.leakage.dump import Dump

TOPS = (10, 50, 100, 500, 1000)


@dataclass(frozen=True)
class Read:
    """What an attack got right.

    tops       of the so many most frequent tokens, how many were named rightly
    median     share of a median message's tokens that were named rightly
    best       the same of the most readable twentieth of messages
    """

    tops: dict[int, int]
    median: float
    best: float


def match_frequencies(dump: Dump, reference: Counter[Term], truth: Mapping[int, Term]) -> Read:
    """The n-th most frequent token is taken for the n-th most frequent word. With frequencies alone nothing does
    better: it is the assignment with the smallest sum of differences (Naveed et al., CCS 2015)."""
    ranked = [token for token, _ in dump.frequencies().most_common()]
    guesses = dict(zip(ranked, (term for term, _ in reference.most_common()), strict=False))
    right = {token for token, term in guesses.items() if truth.get(token) == term}
    shares = sorted(len(tokens & right) / len(tokens) for tokens in dump.messages.values() if tokens)
    return Read(
        tops={top: len(right.intersection(ranked[:top])) for top in TOPS},
        median=statistics.median(shares),
        best=shares[int(0.95 * len(shares))],
    )


def indistinct_words(
    dump: Dump, reference: Counter[Term], texts: int, ranks: Sequence[int]
) -> dict[int, int]:
    """Of the token at each rank: how many forms are as frequent as it, within three standard errors."""
    size = len(dump.messages)
    ranked = dump.frequencies().most_common()
    shares = [count / texts for count in reference.values()]
    found = {}
    for rank in ranks:
        share = ranked[rank - 1][1] / size
        margin = 3 * math.sqrt(max(share * (1 - share), 1e-9) * (1 / size + 1 / texts))
        found[rank] = sum(abs(other - share) <= margin for other in shares)
    return found


def letters_needed(words: int) -> int:
    """File injection (Zhang et al., USENIX Security 2016): whoever can write to the desk and later sees the index
    sends so many letters, word number n in letter number i when bit i of n is set, and reads every word's token
    off the rows of the own letters."""
    return max(1, math.ceil(math.log2(words + 1)))


def read_own_letters(rows: Sequence[frozenset[int]], words: Sequence[str]) -> dict[int, str]:
    """Which token is which of the sent words, by the letters it is in."""
    by_code: dict[int, list[int]] = {}
    for token in frozenset().union(*rows):
        code = sum(1 << place for place, tokens in enumerate(rows) if token in tokens)
        by_code.setdefault(code, []).append(token)
    return {by_code[n][0]: word for n, word in enumerate(words, 1) if len(by_code.get(n, ())) == 1}
