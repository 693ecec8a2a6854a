"""Statements of one transaction that need no answer before the next one is sent: one way to the server for all.

A mail writes to seven tables, and the way there and back costs more than what is done there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

Check = Callable[[Any], None]
Statement = tuple[str, Sequence[Any], Check | None]

_held: ContextVar[list[Statement] | None] = ContextVar("aureole_held_statements", default=None)


def send(sql: str, params: Sequence[Any], check: Check | None = None) -> None:
    """One statement to the data database: now, or together with the others of a block around it.

    check  gets the cursor with the statement's answer; what it raises takes back the transaction
    """
    held = _held.get()
    if held is None:
        _execute([(sql, params, check)])
    else:
        held.append((sql, params, check))


@contextmanager
def one_trip() -> Iterator[None]:
    """Hold back what the block sends until it ends; one that fails sends nothing.

    Nothing in it may read what it writes. Foreign keys are checked when the transaction ends, so the order does
    not matter. A block within another hands its statements on.
    """
    outer, held = _held.get(), list[Statement]()
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
    if outer is not None:
        outer.extend(held)
    elif held:
        _execute(held)


def _execute(statements: Sequence[Statement]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(sql for sql, _, _ in statements), [p for _, params, _ in statements for p in params]
        )
        for number, (_, _, check) in enumerate(statements):
            if number:
                cursor.nextset()
            if check is not None:
                check(cursor)
