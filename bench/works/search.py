"""Search for one and two words, 50 hits opened and cut to excerpts, against tsvector over the plain text."""

from __future__ import annotations

import random

from aureole.search.find import find
from bench.generate import Company
from bench.table import Measured
from bench.timing import race

TURNS = 60
GOAL = 2.0
_FLOOR = """
SELECT kind, row_id, person_id, at, body FROM floor.search_entry
WHERE words @@ plainto_tsquery('english', %s) ORDER BY at DESC, row_id DESC LIMIT 50
"""
_SIZE = """
SELECT pg_relation_size('public.search_entry_tokens'), pg_relation_size('floor.search_entry_words_idx')
"""
# Ranks in the vocabulary: a common word is in every tenth text or more, a rare one in a handful.
BANDS = {"common": (5, 60), "middling": (300, 1500), "rare": (5000, 15000)}


def measure_search(company: Company) -> list[Measured]:
    lines = [_measure(company, f"search, one word, {name}", _single(company, band)) for name, band in BANDS.items()]
    lines.append(_measure(company, "search, two words", _pairs(company)))
    ours, floor = company.floor.session.execute(_SIZE).fetchone() or (0, 0)
    mega = 1024 * 1024
    lines.append(
        Measured(
            work="size of the search index", size=company.size, floor=floor / mega, ours=ours / mega, unit="MB", goal=1.5
        )
    )
    return lines


def _measure(company: Company, work: str, queries: list[str]) -> Measured:
    actor = company.agent.actor

    def ours(turn: int) -> None:
        find(queries[turn % len(queries)], actor=actor, limit=50)

    def floor(turn: int) -> None:
        company.floor.session.execute(_FLOOR, [queries[turn % len(queries)]]).fetchall()

    run = race(TURNS, floor=floor, ours=ours)
    return Measured(
        work=work, size=company.size, floor=run.median("floor") * 1000, ours=run.median("ours") * 1000, goal=GOAL,
        note=f"p95 {run.p95('ours') * 1000:.0f} ms",
    )  # fmt: skip


def _single(company: Company, band: tuple[int, int]) -> list[str]:
    drawn = random.Random(1)
    return [company.speech.words[drawn.randrange(*band)] for _ in range(TURNS)]


def _pairs(company: Company) -> list[str]:
    first, second = _single(company, BANDS["common"]), _single(company, BANDS["middling"])
    return [f"{a} {b}" for a, b in zip(first, second, strict=True)]
