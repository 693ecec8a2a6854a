"""Finding: ask the index, open what it points at for this actor, check the words, show."""

from __future__ import annotations

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aureole.kernel.actor import Actor
from aureole.search import sources
from aureole.search.candidates import Candidate, Look, Position, ask_by_tokens
from aureole.search.condition import Condition, Filters, has_all, has_any, is_indexed, narrow
from aureole.search.excerpts import cut_excerpt, first_place
from aureole.search.index import WAITING
from aureole.search.query import read_beginning, read_mention, read_query
from aureole.search.reading import Reading
from aureole.search.sources import Hit
from aureole.search.tokens import asked
from aureole.search.wanted import Wanted, WantedWord
from aureole.search.words import plain

MOST_HITS = 100
NO_FILTERS = Filters()
_MOST_BATCHES = 10
_LARGEST_BATCH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Hits, latest first.

    next          hand it back as `cursor` for more; None at the end. A page may be short, even empty,
                  and still have a next: the search stops after opening 2 000 rows in vain
    capped_count  how many rows match, at most 1 001 (then say "1 000+"). Exact when all hits are on this
                  page; an estimate from the index for staff; None for customers, whom it would tell of
                  other people's rows, and where filters make counting dear
    too_common    every word is one that nearly all texts have, so that only names and codes were searched
    """

    hits: tuple[Hit, ...]
    next: str | None
    capped_count: int | None
    too_common: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A row whose tokens fit; not opened, not checked."""

    kind: str
    row_id: uuid.UUID
    person_id: uuid.UUID


def find(
    text: str,
    *,
    actor: Actor,
    kinds: Sequence[str] | None = None,
    filters: Filters = NO_FILTERS,
    limit: int = 20,
    cursor: str | None = None,
) -> Page:
    """Rows the actor may see in which every word, phrase, address and number of `text` occurs.

    Words that nearly all texts have ("the") are asked for in phrases only. Raises Refused for a query that
    is too long, an unknown kind, or a foreign cursor.
    """
    wanted_kinds = _known(kinds)
    parts = read_query(text)
    start = Position.read(cursor) if cursor else None
    narrowing = narrow(filters, wanted_kinds)
    if not parts or narrowing is None:
        return Page(hits=(), next=None, capped_count=0)
    telling = [part for part in parts if is_indexed(part)]
    asked_for = [part for part in parts if is_indexed(part) or _is_phrase(part)] if telling else parts
    look = Look(has_all(telling or parts, wanted_kinds), narrowing)
    search = _Search(asked_for, look, actor)
    hits, following = search.collect(start, min(max(limit, 1), MOST_HITS))
    return Page(
        hits=tuple(hits),
        next=following.write() if following else None,
        capped_count=_count(search, hits, is_whole=start is None and following is None),
        too_common=not telling,
    )


def _is_phrase(part: Wanted) -> bool:
    return not isinstance(part, WantedWord)


def _count(search: _Search, hits: Sequence[Hit], *, is_whole: bool) -> int | None:
    if is_whole:
        return len(hits)
    return search.count if search.actor.kind != "customer" else None


def suggest(text: str, *, actor: Actor, kinds: Sequence[str] = ("person",), limit: int = 8) -> list[Hit]:
    """Type-ahead in names and addresses: each word begins one of the hit; titles that begin so come first."""
    parts = read_beginning(text)
    if not parts:
        return []
    known = _known(kinds)
    narrowing = narrow(NO_FILTERS, known)
    if narrowing is None:
        return []
    look = Look(has_all(parts, known), narrowing)
    hits, _ = _Search(parts, look, actor).collect(None, limit * 4)
    beginning = plain(text.strip())
    return sorted(hits, key=lambda hit: not plain(hit.title).startswith(beginning))[:limit]


def mentioning(phrases: Sequence[str], *, exclude_person: uuid.UUID | None) -> list[Mention]:
    """Rows of others whose tokens hold all words of one of the phrases, or the whole address or number.

    For erasure: candidates only, from all kinds, seen by no actor; whoever asks opens and checks them. A name
    that consists of words nearly all texts have ("An Du") is in no index of texts: then every row is a candidate.
    """
    conditions = [_named(parts) for phrase in phrases if (parts := read_mention(phrase))]
    if not conditions:
        return []
    where = has_any(conditions)
    if exclude_person is not None:
        where &= Condition("person_id <> %s", [exclude_person])
    asked = f"SELECT kind, row_id, person_id FROM search_entry WHERE {where.sql} ORDER BY kind, row_id"
    return [Mention(*row) for row in ask_by_tokens(asked, where.values)]


def holding(phrase: str, *, person: uuid.UUID, most: int) -> list[Mention]:
    """Rows of one person whose tokens hold all words of the phrase, `most` at most; candidates, not opened.

    Nothing for words that nearly all texts have: then the index cannot tell.
    """
    telling = [part for part in read_mention(phrase) if is_indexed(part)]
    if not telling:
        return []
    where = has_all(telling, sources.kinds())
    asked_for = (
        f"SELECT kind, row_id, person_id FROM search_entry WHERE {where.sql} AND person_id = %s LIMIT %s"
    )
    return [Mention(*row) for row in ask_by_tokens(asked_for, [*where.values, person, most])]


# Apart, so that the planner cannot read all rows of the kind instead: with many keys that looks cheap to it.
# In parts, because a GIN scan compares each key it is given with all those before it: 11 000 at once took 270 ms,
# in parts of 2000 63 ms, in these 15 ms.
_SHARING = """
WITH met AS MATERIALIZED (
    SELECT kind, row_id FROM unnest(%s::text[]) part JOIN search_entry ON tokens && part::int[]
)
SELECT row_id FROM met WHERE kind = %s AND row_id <> %s LIMIT %s
"""
_PART = 200


def sharing(keys: Sequence[str], *, kind: str, besides: uuid.UUID, most: int) -> list[uuid.UUID]:
    """Rows of a kind that were handed in with one of these keys, `most` at most; candidates, not opened."""
    if not keys:
        return []
    tokens = asked([("key", key) for key in keys], sources.shelves([kind]))
    parts = [
        "{" + ",".join(map(str, tokens[start : start + _PART])) + "}"
        for start in range(0, len(tokens), _PART)
    ]
    return list(dict.fromkeys(row[0] for row in ask_by_tokens(_SHARING, [parts, kind, besides, most])))


def count_by_key(keys: Sequence[str], *, kind: str, most: int) -> tuple[dict[str, int], int]:
    """How many rows of a kind were handed in with each of these keys, and how many wait to be read; `most` at most.

    One statement.
    """
    counted = "(SELECT count(*) FROM (SELECT 1 FROM search_entry WHERE kind = %s AND {} LIMIT %s) c)"
    columns = [*(counted.format("tokens && %s::int[]") for _ in keys), counted.format("epoch = %s")]
    shelves = sources.shelves([kind])
    values = [v for key in keys for v in (kind, asked([("key", key)], shelves), most)]
    [found] = ask_by_tokens(f"SELECT {', '.join(columns)}", [*values, kind, WAITING, most])
    return dict(zip(keys, found, strict=False)), found[-1]


def _named(parts: Sequence[Wanted]) -> Condition:
    telling = [part for part in parts if is_indexed(part)]
    return has_all(telling, sources.kinds()) if telling else Condition("TRUE")


def _known(kinds: Sequence[str] | None) -> list[str]:
    return [sources.source(kind).kind for kind in (sources.searched_kinds() if kinds is None else kinds)]


class _Search:
    """One search by one actor."""

    def __init__(self, parts: Sequence[Wanted], look: Look, actor: Actor) -> None:
        self.parts = parts
        self.look = look
        self.actor = actor
        self.count: int | None = 0

    def collect(self, after: Position | None, limit: int) -> tuple[list[Hit], Position | None]:
        """Up to `limit` hits, and where to go on when there may be more."""
        hits: list[Hit] = []
        size = min(limit + 5, _LARGEST_BATCH)
        for _ in range(_MOST_BATCHES):
            found = self.look.latest(after, size)
            batch, self.count = found.candidates, found.count
            for candidate, hit in self._open(batch):
                after = candidate.position
                if hit is not None:
                    hits.append(hit)
                if len(hits) == limit:
                    more = candidate is not batch[-1] or len(batch) == size or found.stopped is not None
                    return hits, after if more else None
            if len(batch) < size and found.stopped is None:
                return hits, None
            after = found.stopped or after
            size = min(size * 2, _LARGEST_BATCH)
        return hits, after

    def _open(self, batch: Sequence[Candidate]) -> Iterator[tuple[Candidate, Hit | None]]:
        by_kind: dict[str, list[uuid.UUID]] = defaultdict(list)
        for candidate in batch:
            by_kind[candidate.kind].append(candidate.row_id)
        opened = {kind: sources.source(kind).open(ids, self.actor) for kind, ids in by_kind.items()}
        for candidate in batch:
            hit = opened[candidate.kind].get(candidate.row_id)
            yield candidate, self._checked(hit) if hit is not None else None

    def _checked(self, hit: Hit) -> Hit | None:
        """The hit with its excerpt, or None when the words are not really there."""
        place = first_place(self.parts, Reading(hit.text))
        if place is None:
            return None
        excerpt, marks = cut_excerpt(hit.text, place, self.parts)
        return dataclasses.replace(hit, excerpt=excerpt, marks=marks)
