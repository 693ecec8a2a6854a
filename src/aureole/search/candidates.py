"""From the index: rows that have all the tokens, latest first. Not yet opened, not yet permitted."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from aureole.kernel.errors import Refused
from aureole.search.tokens import keyed
from aureole.search.wanted import Wanted

COUNT_CAP = 1000
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where in the order of recency a page ended."""

    at: datetime
    row_id: uuid.UUID

    def write(self) -> str:
        """Opaque and safe in a URL: a time and a row id, no personal data."""
        micros = (self.at - _START) // timedelta(microseconds=1)
        return base64.urlsafe_b64encode(micros.to_bytes(8, "big", signed=True) + self.row_id.bytes).decode()

    @classmethod
    def read(cls, cursor: str) -> Position:
        """Raises Refused for anything `write` did not make."""
        try:
            raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
            moment = _START + timedelta(microseconds=int.from_bytes(raw[:8], "big", signed=True))
            return cls(moment, uuid.UUID(bytes=raw[8:]))
        except (binascii.Error, ValueError, OverflowError):
            raise Refused(
                "search_cursor", "This page mark is not ours; search again from the start."
            ) from None


@dataclass(frozen=True, slots=True)
class Candidate:
    kind: str
    row_id: uuid.UUID
    at: datetime

    @property
    def position(self) -> Position:
        return Position(self.at, self.row_id)


class Condition:
    """A piece of SQL with its values. Values are tokens and codes only."""

    def __init__(self, sql: str, values: Sequence[Any]) -> None:
        self.sql = sql
        self.values = list(values)

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", [*self.values, *other.values])


def has_all(parts: Iterable[Wanted]) -> Condition:
    """Rows with at least one token of every group: single tokens in one @>, choices in one && each."""
    groups = [group for part in parts for group in part.groups()]
    every = keyed(group[0] for group in groups if len(group) == 1)
    choices = [keyed(group) for group in groups if len(group) > 1]
    conditions = [Condition("tokens @> %s::bigint[]", [every])] if every else []
    conditions += [Condition("tokens && %s::bigint[]", [choice]) for choice in choices]
    return Condition(" AND ".join(c.sql for c in conditions), [v for c in conditions for v in c.values])


def has_any(conditions: Sequence[Condition]) -> Condition:
    sql = " OR ".join(f"({condition.sql})" for condition in conditions)
    return Condition(f"({sql})", [value for condition in conditions for value in condition.values])


def of_kinds(kinds: Sequence[str]) -> Condition:
    return Condition("kind = ANY(%s)", [list(kinds)])


# The planner cannot know how rare a token is and walks the whole date index for a rare one. So the
# rows are collected first, up to the cap, behind a fence (MATERIALIZED); only when there are more
# is the date index the shorter way, because then the page fills after a few steps.
_FEW = """
WITH found AS MATERIALIZED (SELECT kind, row_id, at FROM search_entry WHERE {where} LIMIT {cap}),
     counted AS (SELECT count(*) AS n FROM found)
SELECT kind, row_id, at, n FROM counted LEFT JOIN found ON {after} ORDER BY at DESC, row_id DESC LIMIT %s
"""
_MANY = """
SELECT kind, row_id, at FROM search_entry WHERE {where} AND {after} ORDER BY at DESC, row_id DESC LIMIT %s
"""


def latest(where: Condition, after: Position | None, size: int) -> tuple[list[Candidate], int]:
    """The next `size` candidates after a position, and how many there are in all (1 001 at most)."""
    beyond = Condition("TRUE", [])
    if after is not None:
        beyond = Condition("(at, row_id) < (%s, %s)", [after.at, after.row_id])
    with connection.cursor() as cursor:
        few = _FEW.format(where=where.sql, after=beyond.sql, cap=COUNT_CAP + 1)
        cursor.execute(few, [*where.values, *beyond.values, size])
        rows = cursor.fetchall()
        count = int(rows[0][3])
        if count > COUNT_CAP:
            cursor.execute(
                _MANY.format(where=where.sql, after=beyond.sql), [*where.values, *beyond.values, size]
            )
            rows = cursor.fetchall()
    return [Candidate(row[0], row[1], row[2]) for row in rows if row[0] is not None], count
