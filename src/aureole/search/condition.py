"""Pieces of SQL over the index, with their values: tokens, codes, ids and times only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aureole.search import sources
from aureole.search.sources import Traits
from aureole.search.tokens import asked, is_common
from aureole.search.wanted import Wanted


class Condition:
    """A piece of SQL with its values."""

    def __init__(self, sql: str, values: Sequence[Any] = ()) -> None:
        self.sql = sql
        self.values = list(values)

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", [*self.values, *other.values])


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What else a row must be.

    person        whose data it is
    since, until  when it was said or made; `until` itself is not in
    traits        what sources know of their rows: {"status": ("open",), "team": ("…",)}; a kind without
                  such a trait is left out
    """

    person: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    traits: Traits = field(default_factory=dict)


def has_all(parts: Iterable[Wanted], kinds: Sequence[str]) -> Condition:
    """Rows with at least one token of every group: single tokens in one @>, choices in one && each."""
    groups = [group for part in parts for group in part.groups()]
    shelves = sources.shelves(kinds)
    tokens = [asked(group, shelves) for group in groups]
    every = sorted({choice[0] for choice in tokens if len(choice) == 1})
    conditions = [Condition("tokens @> %s::int[]", [_array(every)])] if every else []
    conditions += [Condition("tokens && %s::int[]", [_array(choice)]) for choice in tokens if len(choice) > 1]
    return Condition(" AND ".join(c.sql for c in conditions), [v for c in conditions for v in c.values])


def _array(tokens: Sequence[int]) -> str:
    """As PostgreSQL writes it: the driver takes longer for it, and each is sent three times."""
    return "{" + ",".join(map(str, tokens)) + "}"


def has_any(conditions: Sequence[Condition]) -> Condition:
    sql = " OR ".join(f"({condition.sql})" for condition in conditions)
    return Condition(f"({sql})", [value for condition in conditions for value in condition.values])


def of_kinds(kinds: Sequence[str]) -> Condition:
    return Condition("kind = ANY(%s)", [list(kinds)])


def is_indexed(part: Wanted) -> bool:
    """Whether the index knows a word of it; otherwise texts alone can tell."""
    return not all(is_common(term) for group in part.groups() for term in group)


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowing:
    """The filters as conditions.

    range   of time: where the walk through the latest rows begins and ends
    cheap   of the index row itself, the range included
    costly  of the row behind it, looked up one by one; None when nothing is asked of it
    rows    the same from the other side: all rows that fit, as a SELECT of kind and id
    """

    range: Condition
    cheap: Condition
    costly: Condition | None = None
    rows: Condition | None = None
    is_filtered: bool = False


def narrow(filters: Filters, kinds: Sequence[str]) -> Narrowing | None:
    """None when no kind can fit."""
    known: dict[str, Condition] = {}
    if filters.traits:
        asked_of = {kind: sources.narrowed(kind, filters.traits) for kind in kinds}
        known = {kind: Condition(*found) for kind, found in asked_of.items() if found is not None}
        kinds = list(known)
    if not kinds:
        return None
    time_range = _all_of(("at >= %s", filters.since), ("at < %s", filters.until))
    return Narrowing(
        range=time_range,
        cheap=time_range & _all_of(("person_id = %s", filters.person)) & of_kinds(kinds),
        costly=_one_by_one(known) if known else None,
        rows=_all_rows(known) if known else None,
        is_filtered=filters != Filters(),
    )


def _all_of(*conditions: tuple[str, Any]) -> Condition:
    asked_for = [(sql, value) for sql, value in conditions if value is not None]
    return Condition(
        " AND ".join(["TRUE", *(sql for sql, _ in asked_for)]), [value for _, value in asked_for]
    )


def _one_by_one(known: dict[str, Condition]) -> Condition:
    """OFFSET 0 keeps the planner from answering for all rows at once, which takes longer the more there are."""
    cases = " ".join(
        f"WHEN %s THEN EXISTS (SELECT 1 FROM ({c.sql}) AS narrowed WHERE narrowed.id = row_id OFFSET 0)"
        for c in known.values()
    )
    values = [v for kind, c in known.items() for v in (kind, *c.values)]
    return Condition(f"CASE kind {cases} ELSE FALSE END", values)


def _all_rows(known: dict[str, Condition]) -> Condition:
    parts = [f"SELECT %s::text AS kind, n.id FROM ({c.sql}) AS n" for c in known.values()]
    return Condition(" UNION ALL ".join(parts), [v for kind, c in known.items() for v in (kind, *c.values)])
