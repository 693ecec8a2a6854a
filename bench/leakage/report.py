"""The figures: before and after common words are left out, across tables, across keys, by injection, by length."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aureole.kernel.clock import now
from aureole.kernel.ids import new_id
from aureole.search import tokens as tokens_of
from aureole.search.document import Document
from aureole.search.rebuild import rebuild
from aureole.search.tokens import KEY, Term, document_tokens, keyed
from aureole.vault.epochs import Epochs, epochs
from bench.floor import connect
from bench.leakage.attacks import Read, indistinct_words, letters_needed, match_frequencies, read_own_letters
from bench.leakage.dump import Dump, reference_frequencies, take_dump
from bench.words import Speech

COMMON = 145  # words a language has in the list of common words, on average: 871 in six
RANKS = (1, 10, 50, 100, 500, 1000)
INJECTED = 1000


@dataclass(frozen=True)
class View:
    """What the attacker sees of one way to index, and what is learned from it."""

    title: str
    dump: Dump
    read: Read
    indistinct: dict[int, int]
    megabytes: float


def tell_leakage(speech: Speech) -> None:
    """The synthetic language has no common words of ours, so the index is as one that keeps them all. Then its
    most frequent words become common words, and the index is made anew."""
    before = _look("every word in the index", speech)
    tokens_of.COMMON_WORDS = frozenset(speech.words[:COMMON])
    rebuild(lambda done: None)
    after = _look("common words left out", speech)
    print(f"\n{len(before.dump.messages):,} messages; the attacker has read as many other letters\n")
    _tell_views([before, after])
    _tell_joins(after.dump, speech)
    _tell_injection(speech)
    _tell_lengths(before.dump)


def _look(title: str, speech: Speech) -> View:
    dump = take_dump()
    texts = len(dump.messages)
    reference = reference_frequencies(speech, texts)
    truth = _truth([*reference, *(("word", word) for word in speech.words)])  # type: ignore[list-item]
    return View(
        title=title, dump=dump, read=match_frequencies(dump, reference, truth),
        indistinct=indistinct_words(dump, reference, texts, RANKS), megabytes=_index_size(),
    )  # fmt: skip


def _truth(terms: Iterable[Term]) -> dict[int, Term]:
    """Which token is which: to count what the attacker got right. Made with the key, which the attacker lacks."""
    keys = epochs(KEY)
    return {keyed([term], shelf="desk", keys=keys)[0]: term for term in terms}


def _index_size() -> float:
    with connect() as session:
        session.execute("REINDEX INDEX public.search_entry_tokens")
        row = session.execute("SELECT pg_relation_size('public.search_entry_tokens')").fetchone()
        return (row[0] if row else 0) / 1024**2


def _tell_views(views: list[View]) -> None:
    tops = views[0].read.tops
    print(f"{'named rightly by frequency alone':<34}" + "".join(f"{f'top {top}':>10}" for top in tops))
    for view in views:
        print(f"{view.title:<34}" + "".join(f"{view.read.tops[top]:>10}" for top in tops))
    print(f"\n{'share of a message that is read':<34}{'median':>10}{'95 %':>10}")
    for view in views:
        print(f"{view.title:<34}{view.read.median:>10.1%}{view.read.best:>10.1%}")
    print(f"\n{'forms as frequent as the token':<34}" + "".join(f"{f'no. {rank}':>10}" for rank in RANKS))
    for view in views:
        print(f"{view.title:<34}" + "".join(f"{view.indistinct[rank]:>10}" for rank in RANKS))
    print(f"\n{'what it costs':<34}{'index MB':>10}{'per row':>10}")
    for view in views:
        per_row = sum(map(len, view.dump.messages.values())) / len(view.dump.messages)
        print(f"{view.title:<34}{view.megabytes:>10.2f}{per_row:>10.1f}")


def _tell_joins(dump: Dump, speech: Speech) -> None:
    """What two shelves, or two copies from before and after a change of keys, still share."""
    in_messages = set(dump.frequencies())
    in_persons = {token for tokens in dump.persons.values() for token in tokens}
    other = Epochs(2, {2: secrets.token_bytes(32)}, {2: now()})
    later = {keyed([("word", word)], shelf="desk", keys=other)[0] for word in speech.words}
    print("\ntokens that can be joined")
    print(
        f"  persons' records with messages           {len(in_messages & in_persons):,} of {len(in_persons):,}"
    )
    print(f"  a copy with one under the next key       {len(in_messages & later):,} of {len(later):,}")


def _tell_injection(speech: Speech) -> None:
    wanted = random.Random(3).sample(speech.words[COMMON:], INJECTED)
    letters = [
        " ".join(word for n, word in enumerate(wanted, 1) if n >> place & 1)
        for place in range(letters_needed(len(wanted)))
    ]
    rows = [frozenset(document_tokens(_letter(text), epochs(KEY))) for text in letters]
    truth = _truth(("word", word) for word in wanted)
    named = read_own_letters(rows, wanted)
    right = sum(truth.get(token) == ("word", word) for token, word in named.items())
    print(
        f"\nletters sent in before the index was copied: {len(letters)} name {right:,} of {INJECTED:,} chosen words"
    )


def _letter(text: str) -> Document:
    return Document(
        kind="message", row_id=new_id(), person_id=new_id(), at=now(), texts=[text], language="pl"
    )


def _tell_lengths(dump: Dump) -> None:
    """Shorter tokens: who shares one, and what that costs a search for a rare word."""
    frequencies = dump.frequencies()
    rare = [token for token, n in frequencies.items() if n <= 10]
    some = random.Random(5).sample(rare, min(1000, len(rare)))
    print(
        f"\n{'bits of a token':<18}{'share it':>10}   opened in vain for a rare word: mean, worst of {len(some):,}"
    )
    for bits in (32, 24, 20, 17, 16):
        rows_of: Counter[int] = Counter()
        forms_of: Counter[int] = Counter()
        short = {token: token & ((1 << bits) - 1) for token in frequencies}
        for token, bucket in short.items():
            rows_of[bucket] += frequencies[token]
            forms_of[bucket] += 1
        vain = [rows_of[short[token]] - frequencies[token] for token in some]
        sharing = sum(forms_of[short[token]] > 1 for token in frequencies) / len(frequencies)
        print(f"{bits:<18}{sharing:>10.2%}   {sum(vain) / len(vain):>10.2f}{max(vain):>10,}")
