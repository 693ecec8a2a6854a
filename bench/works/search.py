"""Search against `tsvector` over the plain text: the index alone, and 50 hits opened, checked, with excerpts."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import LiteralString

from aureole.search import sources
from aureole.search.candidates import Look
from aureole.search.common_words import COMMON_WORDS
from aureole.search.condition import Filters, has_all, narrow
from aureole.search.find import find
from aureole.search.query import read_query
from bench.company import Company
from bench.cpu import backend_of, backends, milliseconds_of
from bench.explain import explain
from bench.table import Measured
from bench.timing import race

TURNS = 30
CPU_TURNS = 200
GOAL = 2.0
_INDEX = """
SELECT kind, row_id, at FROM floor.search_entry
WHERE words @@ plainto_tsquery('english', %s) ORDER BY at DESC, row_id DESC LIMIT 50
"""
_HITS = """
SELECT s.kind, s.row_id, s.at, ts_headline('english', s.body, q, 'MaxWords=30'), p.name, t.number, t.subject
FROM (SELECT kind, row_id, person_id, at, body, q FROM floor.search_entry, plainto_tsquery('english', %s) q
      WHERE words @@ q ORDER BY at DESC, row_id DESC LIMIT 50) s
JOIN floor.people_person p ON p.id = s.person_id
LEFT JOIN floor.desk_message m ON m.id = s.row_id
LEFT JOIN floor.desk_ticket t ON t.id = coalesce(m.ticket_id, s.row_id)
"""
_SIZE = """
SELECT pg_relation_size('public.search_entry_tokens'), pg_relation_size('floor.search_entry_words_idx')
"""
# Ranks in the vocabulary: a common word is in every tenth text or more, a rare one in a handful.
BANDS = {"common": (5, 60), "middling": (300, 1500), "rare": (5000, 15000)}


def measure_search(company: Company) -> list[Measured]:
    queries = {f"one {name} word": _single(company, band) for name, band in BANDS.items()}
    queries["two words"] = _pairs(company)
    lines = [_index(company, words, some) for words, some in queries.items()]
    lines += [_hits(company, words, some) for words, some in queries.items()]
    return [*lines, _size(company)]


def _index(company: Company, words: str, queries: list[str]) -> Measured:
    """Ours also counts, up to 1 000; the floor does not."""

    def ours(query: str) -> object:
        kinds = sources.kinds()
        narrowing = narrow(Filters(), kinds)
        assert narrowing is not None
        return Look(has_all(read_query(query), kinds), narrowing).latest(None, 50)

    return _measure(company, f"search, index alone, {words}", queries, ours, _INDEX)


def _hits(company: Company, words: str, queries: list[str]) -> Measured:
    def ours(query: str) -> object:
        return find(query, actor=company.agent.actor, limit=50)

    return _measure(company, f"search, 50 hits, {words}", queries, ours, _HITS)


def _measure(
    company: Company, work: str, queries: list[str], ours: Callable[[str], object], floor: LiteralString
) -> Measured:
    session = company.floor.session

    def plain(turn: int) -> object:
        return session.execute(floor, [queries[turn % len(queries)]]).fetchall()

    def sealed(turn: int) -> object:
        return ours(queries[turn % len(queries)])

    run = race(TURNS, floor=plain, ours=sealed)
    cpu = (
        milliseconds_of(plain, [backend_of(session)], CPU_TURNS),
        milliseconds_of(sealed, backends(), CPU_TURNS),
    )
    explain(work, lambda: [ours(query) for query in queries[:10]])
    return Measured(
        work=work, size=company.size, floor=run.median("floor") * 1000, ours=run.median("ours") * 1000, goal=GOAL,
        note=f"p95 {run.p95('floor') * 1000:.1f} | {run.p95('ours') * 1000:.1f} ms{_say_cpu(*cpu)}",
    )  # fmt: skip


def _say_cpu(floor: float | None, ours: float | None) -> str:
    return f", CPU {floor:.2f} | {ours:.2f} ms = {ours / floor:.2f}x" if floor and ours else ""


def _size(company: Company) -> Measured:
    mega = 1024 * 1024
    ours, floor = company.floor.session.execute(_SIZE).fetchone() or (0, 0)
    return Measured(
        work="size of the search index",
        size=company.size,
        floor=floor / mega,
        ours=ours / mega,
        unit="MB",
        goal=1.5,
    )


def _single(company: Company, band: tuple[int, int]) -> list[str]:
    """Neither side looks up the words that are everywhere."""
    drawn = random.Random(1)
    words = [word for word in company.speech.words[slice(*band)] if word not in COMMON_WORDS]
    return [drawn.choice(words) for _ in range(TURNS)]


def _pairs(company: Company) -> list[str]:
    first, second = _single(company, BANDS["common"]), _single(company, BANDS["middling"])
    return [f"{a} {b}" for a, b in zip(first, second, strict=True)]
