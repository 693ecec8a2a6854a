"""From the index: rows that have all the tokens, latest first. Not yet opened, not yet permitted."""

from __future__ import annotations

import base64
import binascii
import math
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

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


# The planner cannot know how rare a token is: left alone it walks the whole date index for a rare one, or
# the table for a middling one. So two ways, each with a bound, taken in turn: the latest rows one by one,
# which fills a page at once when the word is common; and all rows of the tokens from the GIN index, which
# is short when it is rare.
_WALK = """
SELECT kind, row_id, at FROM (
    SELECT kind, row_id, at, tokens FROM search_entry WHERE {after} ORDER BY at DESC, row_id DESC LIMIT %s
) recent WHERE {where} ORDER BY at DESC, row_id DESC LIMIT %s
"""
_COLLECT = """
WITH found AS MATERIALIZED (SELECT kind, row_id, at FROM search_entry WHERE {where} LIMIT %s),
     counted AS (SELECT count(*) AS n FROM found)
SELECT n, kind, row_id, at FROM counted LEFT JOIN found ON {after} ORDER BY at DESC, row_id DESC LIMIT %s
"""
_STRIDE = 300
_NO_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True)
class Batch:
    """The next candidates, and how many there are in all, counted to 1 001 at most."""

    candidates: list[Candidate]
    count: int


def latest(where: Condition, after: Position | None, size: int) -> Batch:
    """The `size` latest candidates after a position; fewer when there are no more."""
    beyond = Condition("TRUE", [])
    if after is not None:
        beyond = Condition("(at, row_id) < (%s, %s)", [after.at, after.row_id])
    total = _rows_in_index()
    recent = _walk(where, beyond, _STRIDE, size)
    if len(recent) == size and size * total >= 4 * COUNT_CAP * _STRIDE:
        return Batch(recent, COUNT_CAP + 1)
    bound = max(COUNT_CAP + 1, 10 * math.isqrt(total))  # where both ways cost about the same
    found, count = _collect(where, beyond, bound, size)
    if count < bound:
        return Batch(found, min(count, COUNT_CAP + 1))
    recent = _walk(where, beyond, 4 * size * max(total, bound) // bound, size)
    if len(recent) < size:  # common once, but not lately
        recent, count = _collect(where, beyond, _NO_LIMIT, size)
    return Batch(recent, min(count, COUNT_CAP + 1))


def _rows_in_index() -> int:
    """As the last ANALYZE saw it: good enough to choose a way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'search_entry'::regclass")
        return max(int(cursor.fetchone()[0]), 0)


def _walk(where: Condition, beyond: Condition, window: int, size: int) -> list[Candidate]:
    with connection.cursor() as cursor:
        sql = _WALK.format(where=where.sql, after=beyond.sql)
        cursor.execute(sql, [*beyond.values, window, *where.values, size])
        return [Candidate(*row) for row in cursor.fetchall()]


def _collect(where: Condition, beyond: Condition, bound: int, size: int) -> tuple[list[Candidate], int]:
    with only_by_tokens() as cursor:
        sql = _COLLECT.format(where=where.sql, after=beyond.sql)
        cursor.execute(sql, [*where.values, bound, *beyond.values, size])
        rows = cursor.fetchall()
    return [Candidate(*row[1:]) for row in rows if row[1] is not None], int(rows[0][0])


@contextmanager
def only_by_tokens() -> Iterator[Any]:
    """A cursor for which the planner has only the GIN index to choose, until the block ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")
