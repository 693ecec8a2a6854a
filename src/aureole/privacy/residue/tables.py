"""Both databases, every table, streamed: memory holds a megabyte per column and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from aureole.privacy.residue.columns import Table
from aureole.privacy.residue.matcher import Matcher
from aureole.privacy.residue.report import Finds, Gathering

_BUFFER = 1 << 20
# Stands between two values, so that no text is found across them.
_BETWEEN = b"\x00\x01\x00"


def search_table(table: Table, alias: str, matcher: Matcher, gathering: Gathering) -> None:
    """Search all columns of one table in one COPY."""
    place = f"{table.shown}." if alias == "default" else f"key store: {table.shown}."
    buffers = [_Buffer(matcher, sealed=column.sealed) for column in table.columns]
    with _copy(table, alias) as copy:
        for row in copy.rows():
            for buffer, value in zip(buffers, row, strict=True):
                if value:
                    buffer.add(value)
    for column, buffer in zip(table.columns, buffers, strict=True):
        gathering.add(place + column.name, buffer.finish())


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
            self._found += self._matcher.find(_BETWEEN.join(self._values), sealed=self._sealed)
        self._values, self._size = [], 0


@contextmanager
def _copy(table: Table, alias: str) -> Iterator[Any]:
    """On the connection of the caller's transaction, so that what it has just changed is seen."""
    with connections[alias].cursor() as cursor, cursor.copy(table.copy_statement()) as copy:
        yield copy
