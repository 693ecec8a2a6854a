"""Finding: ask the index, open what it points at for this actor, check the words, show."""

from __future__ import annotations

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aureole.kernel.actor import Actor
from aureole.search import sources
from aureole.search.candidates import (
    Candidate,
    Condition,
    Position,
    has_all,
    has_any,
    latest,
    of_kinds,
    only_by_tokens,
)
from aureole.search.excerpts import cut_excerpt, places_of
from aureole.search.query import read_beginning, read_mention, read_query
from aureole.search.sources import Hit
from aureole.search.wanted import Reading, Wanted
from aureole.search.words import plain

MOST_HITS = 100
_MOST_BATCHES = 10
_LARGEST_BATCH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Hits, latest first.

    next          hand it back as `cursor` for more; None at the end. A page may be short, even empty,
                  and still have a next: the search stops after opening 2 000 rows in vain
    capped_count  how many rows match, at most 1 001 (then say "1 000+"). Exact when all hits are on this
                  page; an estimate from the index for staff; None for customers, whom it would tell of
                  other people's rows
    """

    hits: tuple[Hit, ...]
    next: str | None
    capped_count: int | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A row whose tokens fit; not opened, not checked."""

    kind: str
    row_id: uuid.UUID
    person_id: uuid.UUID


def find(
    text: str, *, actor: Actor, kinds: Sequence[str] | None = None, limit: int = 20, cursor: str | None = None
) -> Page:
    """Rows the actor may see in which every word, phrase, address and number of `text` occurs.

    Raises Refused for a query that is too long, an unknown kind, or a foreign cursor.
    """
    wanted_kinds = _known(kinds)
    parts = read_query(text)
    start = Position.read(cursor) if cursor else None
    if not parts or not wanted_kinds:
        return Page(hits=(), next=None, capped_count=0)
    search = _Search(parts, wanted_kinds, actor)
    hits, following = search.collect(start, min(max(limit, 1), MOST_HITS))
    complete = start is None and following is None
    count = len(hits) if complete else search.count if actor.kind != "customer" else None
    return Page(hits=tuple(hits), next=following.write() if following else None, capped_count=count)


def suggest(text: str, *, actor: Actor, kinds: Sequence[str] = ("person",), limit: int = 8) -> list[Hit]:
    """Type-ahead in names and addresses: each word begins one of the hit; titles that begin so come first."""
    parts = read_beginning(text)
    if not parts:
        return []
    hits, _ = _Search(parts, _known(kinds), actor).collect(None, limit * 4)
    beginning = plain(text.strip())
    return sorted(hits, key=lambda hit: not plain(hit.title).startswith(beginning))[:limit]


def mentioning(phrases: Sequence[str], *, exclude_person: uuid.UUID | None) -> list[Mention]:
    """Rows of others whose tokens hold all words of one of the phrases, or the whole address or number.

    For erasure: candidates only, from all kinds, seen by no actor; whoever asks opens and checks them.
    """
    conditions = [has_all(parts) for phrase in phrases if (parts := read_mention(phrase))]
    if not conditions:
        return []
    where = has_any(conditions)
    if exclude_person is not None:
        where &= Condition("person_id <> %s", [exclude_person])
    with only_by_tokens() as cursor:
        cursor.execute(
            f"SELECT kind, row_id, person_id FROM search_entry WHERE {where.sql} ORDER BY kind, row_id",
            where.values,
        )
        return [Mention(*row) for row in cursor.fetchall()]


def _known(kinds: Sequence[str] | None) -> list[str]:
    return [sources.source(kind).kind for kind in (sources.kinds() if kinds is None else kinds)]


class _Search:
    """One search by one actor."""

    def __init__(self, parts: Sequence[Wanted], kinds: Sequence[str], actor: Actor) -> None:
        self.parts = parts
        self.where = has_all(parts) & of_kinds(kinds)
        self.actor = actor
        self.count = 0

    def collect(self, after: Position | None, limit: int) -> tuple[list[Hit], Position | None]:
        """Up to `limit` hits, and where to go on when there may be more."""
        hits: list[Hit] = []
        size = min(limit + 5, _LARGEST_BATCH)
        for _ in range(_MOST_BATCHES):
            found = latest(self.where, after, size)
            batch, self.count = found.candidates, found.count
            for candidate, hit in self._open(batch):
                after = candidate.position
                if hit is not None:
                    hits.append(hit)
                if len(hits) == limit:
                    more = candidate is not batch[-1] or len(batch) == size
                    return hits, after if more else None
            if len(batch) < size:
                return hits, None
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
        places = places_of(self.parts, Reading(hit.text))
        if not places:
            return None
        excerpt, marks = cut_excerpt(hit.text, places[0], self.parts)
        return dataclasses.replace(hit, excerpt=excerpt, marks=marks)
