"""Both databases, every table, streamed: memory holds a megabyte per column and no more."""

from __future__ import annotations

from django.db import connections, transaction
from psycopg.errors import InsufficientPrivilege, OutOfMemory, ProgramLimitExceeded
from psycopg.sql import Composed

from aureole.privacy.residue.columns import BETWEEN, Table
from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.report import Finds, Gathering

_BUFFER = 1 << 20
_SMALL_PAGES = 32


def search_table(table: Table, alias: str, matcher: Matcher, gathering: Gathering) -> None:
    """Search all columns of one table in one COPY."""
    place = f"{table.shown}." if alias == "default" else f"key store: {table.shown}."
    for column, found in zip(table.columns, _search(table, alias, matcher), strict=True):
        gathering.add(place + column.name, found)


def _search(table: Table, alias: str, matcher: Matcher) -> list[Finds]:
    """What each column holds."""
    if table.pages > _SMALL_PAGES:
        try:
            with transaction.atomic(using=alias):
                return _search_copy(table, alias, matcher, table.copy_joined_statement())
        except (ProgramLimitExceeded, OutOfMemory, InsufficientPrivilege):
            pass  # values too large to be joined, or rights to some columns only: row by row then
    return _search_copy(table, alias, matcher, table.copy_statement())


def _search_copy(table: Table, alias: str, matcher: Matcher, statement: Composed) -> list[Finds]:
    buffers = [_Buffer(matcher, sealed=column.sealed) for column in table.columns]
    with connections[alias].cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy.rows():
            for buffer, value in zip(buffers, row, strict=True):
                if value:
                    buffer.add(value)
    return [buffer.finish() for buffer in buffers]


class _Buffer:
    """Values of one column, searched a megabyte at a time: one call per value costs more than it finds."""

    def __init__(self, matcher: Matcher, *, sealed: bool) -> None:
        self._matcher = matcher
        self._sealed = sealed
        self._values: list[bytes] = []
        self._size = 0
        self._found: Finds = Finds()

    def add(self, value: bytes) -> None:
        self._values.append(value)
        self._size += len(value)
        if self._size >= _BUFFER:
            self._search()

    def finish(self) -> Finds:
        self._search()
        return self._found

    def _search(self) -> None:
        if self._values:
            self._found += self._matcher.find(BETWEEN.join(self._values), sealed=self._sealed)
        self._values, self._size = [], 0
