"""From the index: rows that have all the tokens, latest first. Not yet opened, not yet permitted."""

from __future__ import annotations

import base64
import binascii
import math
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from aureole.kernel.compiled import ask_prepared
from aureole.kernel.errors import Refused
from aureole.search.condition import Condition, Narrowing

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


class Candidate(NamedTuple):
    """A row of the index. A tuple: a page makes fifty."""

    kind: str
    row_id: uuid.UUID
    at: datetime

    @property
    def position(self) -> Position:
        return Position(self.at, self.row_id)


# The planner cannot know how rare a token is: left alone it walks the whole date index for a rare one, or
# the table for a middling one. So one statement with two ways in it, each with a bound. Whether words are
# common lately shows in the latest sixty rows. If so, the latest rows are read one by one until the page is
# full. If not, the rows of the tokens come from the GIN index, which is short. Every way is planned for
# constants, not for the tokens, so its plan is the same for every query; what is not taken costs nothing.
_LOOK = """
WITH probe AS MATERIALIZED (
    SELECT count(*) AS n FROM (
        SELECT tokens FROM search_entry WHERE {beyond} ORDER BY at DESC, row_id DESC LIMIT {probe}
    ) latest WHERE {tokens}
),
walked AS MATERIALIZED (
    SELECT kind, row_id, at FROM (
        SELECT kind, row_id, person_id, at, tokens FROM search_entry
        WHERE (SELECT n FROM probe) >= {dense} AND {beyond} ORDER BY at DESC, row_id DESC LIMIT {window}
    ) recent WHERE {tokens} AND {cheap} AND {costly} ORDER BY at DESC, row_id DESC LIMIT {size}
),
short AS (SELECT count(*) < {size} AS yes FROM walked),
found AS MATERIALIZED (
    SELECT kind, row_id, at FROM search_entry WHERE (SELECT yes FROM short) AND {tokens} AND {cheap}
),
some_found AS MATERIALIZED (SELECT kind, row_id, at, {costly} AS fits FROM found LIMIT {bound}),
counted AS (SELECT count(*) AS all_found, count(*) FILTER (WHERE fits) AS n FROM some_found)
(SELECT NULL::bigint, NULL::bigint, kind, row_id, at FROM walked WHERE NOT (SELECT yes FROM short)
 ORDER BY at DESC, row_id DESC)
UNION ALL
(SELECT all_found, n, kind, row_id, at FROM counted LEFT JOIN some_found ON fits AND {beyond}
 WHERE (SELECT yes FROM short) ORDER BY at DESC NULLS LAST, row_id DESC LIMIT {size})
"""
_WALK = """
SELECT kind, row_id, at FROM (
    SELECT kind, row_id, person_id, at, tokens FROM search_entry
    WHERE {beyond} ORDER BY at DESC, row_id DESC LIMIT {window}
) recent WHERE {tokens} AND {cheap} AND {costly} ORDER BY at DESC, row_id DESC LIMIT {size}
"""
_FROM_ROWS = """
WITH wanted (of_kind, of_row) AS MATERIALIZED (SELECT * FROM ({rows}) AS fitting LIMIT {bound}),
     found AS MATERIALIZED (
         SELECT kind, row_id, at FROM wanted JOIN search_entry ON kind = of_kind AND row_id = of_row
         WHERE {tokens} AND {cheap}
     ),
     counted AS (SELECT (SELECT count(*) FROM wanted) AS all_found, count(*) AS n FROM found)
SELECT all_found, n, kind, row_id, at FROM counted LEFT JOIN found ON {beyond}
ORDER BY at DESC NULLS LAST, row_id DESC LIMIT {size}
"""
_LAST_WALKED = """
SELECT at, row_id FROM search_entry WHERE {beyond} ORDER BY at DESC, row_id DESC OFFSET {window} LIMIT 1
"""
_PROBE = 60
_LONGEST_WALK = 10_000
_NO_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True)
class Batch:
    """The next candidates.

    count    how many there are in all, counted to 1 001 at most; None when nobody counted
    stopped  where the search gave up for now, None when these are all up to `size`
    """

    candidates: list[Candidate]
    count: int | None
    stopped: Position | None = None


class Look:
    """One question to the index: `tokens` of the words, and the filters."""

    def __init__(self, tokens: Condition, narrowing: Narrowing) -> None:
        self._pieces = {
            "tokens": tokens,
            "cheap": narrowing.cheap,
            "costly": narrowing.costly or Condition("TRUE"),
            "rows": narrowing.rows or Condition("TRUE"),
        }
        self._is_plain = not narrowing.is_filtered
        self._asks_rows = narrowing.rows is not None
        self._range = narrowing.range

    def latest(self, after: Position | None, size: int) -> Batch:
        """The `size` latest candidates after a position; fewer when there are no more."""
        beyond = self._range
        if after is not None:
            beyond &= Condition("(at, row_id) < (%s, %s)", [after.at, after.row_id])
        total = rows_in_index()
        bound = _round_up(max(COUNT_CAP + 1, 3 * math.isqrt(total)))
        window = _round_up(min(max(size * total // (2 * COUNT_CAP), _PROBE), _LONGEST_WALK))
        dense = math.ceil(0.8 * _PROBE * size / window)
        rows = self._ask(_LOOK, beyond, size=size, bound=bound, window=window, dense=dense, probe=_PROBE)
        if rows and rows[0][0] is None:
            return Batch(_candidates(rows), COUNT_CAP + 1 if self._is_plain else None)
        if rows[0][0] < bound:
            return Batch(_candidates(rows), min(rows[0][1], COUNT_CAP + 1))
        if self._asks_rows:
            return self._latest_of_fitting_rows(beyond, size, bound)
        recent = self._walk(beyond, size, 4 * size * max(total, bound) // bound)
        if len(recent) == size:
            return Batch(recent, COUNT_CAP + 1 if self._is_plain else None)
        rows = self._ask(_LOOK, beyond, size=size, bound=_NO_LIMIT, window=1, dense=_NO_LIMIT, probe=1)
        return Batch(_candidates(rows), min(rows[0][1], COUNT_CAP + 1))

    def _latest_of_fitting_rows(self, beyond: Condition, size: int, bound: int) -> Batch:
        """Common words, and a filter that asks the rows: if few rows pass it, all of them; else a long walk."""
        rows = self._ask(_FROM_ROWS, beyond, size=size, bound=bound)
        if rows[0][0] < bound:
            return Batch(_candidates(rows), min(rows[0][1], COUNT_CAP + 1))
        window = 2 * _LONGEST_WALK
        recent = self._walk(beyond, size, window)
        if len(recent) == size:
            return Batch(recent, None)
        last = self._ask(_LAST_WALKED, beyond, window=window - 1)
        return Batch(recent, None, Position(*last[0]) if last else None)

    def _walk(self, beyond: Condition, size: int, window: int) -> list[Candidate]:
        rows = self._ask(_WALK, beyond, size=size, window=_round_up(window))
        return [Candidate(*row) for row in rows]

    def _ask(self, template: str, beyond: Condition, **numbers: int) -> list[Any]:
        pieces = {**self._pieces, "beyond": beyond}
        texts = tuple((name, piece.sql) for name, piece in pieces.items())
        sql, places = _filled(template, texts, tuple(numbers.items()))
        return ask_prepared(sql, [value for name in places for value in pieces[name].values])


_PLACE = re.compile(r"{(\w+)}")


@lru_cache(maxsize=256)
def _filled(
    template: str, texts: tuple[tuple[str, str], ...], numbers: tuple[tuple[str, int], ...]
) -> tuple[str, tuple[str, ...]]:
    """The statement, and in which order it asks for the values of the pieces."""
    given = dict(texts)
    places = tuple(name for name in _PLACE.findall(template) if name in given)
    return template.format(**given, **{name: str(number) for name, number in numbers}), places


def _candidates(rows: Sequence[Any]) -> list[Candidate]:
    return [Candidate(*row[2:]) for row in rows if row[3] is not None]


def _round_up(number: int) -> int:
    """To two digits, so that a growing index does not make a new statement of every query."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step


_ROWS_KNOWN_FOR = 60.0  # seconds
_rows_known: tuple[float, int] = (0.0, 0)


def rows_in_index() -> int:
    """As the last ANALYZE saw it, up to a minute ago: good enough to choose a way."""
    global _rows_known
    if _rows_known[0] < time.monotonic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'search_entry'::regclass")
            rows = max(int(cursor.fetchone()[0]), 0)
        _rows_known = (time.monotonic() + _ROWS_KNOWN_FOR, rows)
    return _rows_known[1]


_BY_TOKENS = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;
{sql};
SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on
"""


def ask_by_tokens(sql: str, values: Sequence[Any]) -> list[Any]:
    """All rows of a question for which the planner has only the GIN index to choose.

    One trip: outside a transaction the server makes one of the statements that come together.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BY_TOKENS.format(sql=sql), values)
        cursor.nextset()
        cursor.nextset()
        found: list[Any] = cursor.fetchall()
        return found
