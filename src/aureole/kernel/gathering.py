"""Rows of one transaction written together: one statement at the end of a block instead of one for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

T = TypeVar("T")


class Gathering(Generic[T]):
    """Outside a block, rows are written as they are added.

    write  puts rows into the database, in the order in which they were added
    """

    def __init__(self, write: Callable[[Sequence[T]], None]) -> None:
        self._write = write
        self._held: ContextVar[list[T] | None] = ContextVar(write.__qualname__, default=None)

    def add(self, rows: Sequence[T]) -> None:
        held = self._held.get()
        if held is None:
            self._write(rows)
        else:
            held.extend(rows)

    @contextmanager
    def block(self) -> Iterator[None]:
        """Hold rows back until the block ends. One that fails drops them, so a savepoint around it stays true;
        one inside another hands them on."""
        held: list[T] = []
        token = self._held.set(held)
        try:
            yield
        finally:
            self._held.reset(token)
        if held:
            self.add(held)
