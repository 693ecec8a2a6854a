"""Serial numbers, where they would tell too much: rows made one after another have numbers one after another."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Func, QuerySet


class _Anywhere(Func):
    """A random number beyond any that a sequence comes to."""

    template = "(2::numeric ^ 62 + floor(random() * 2 ^ 61))::bigint"
    output_field = BigIntegerField()


def scatter(rows: QuerySet[Any]) -> None:
    """Give rows that nothing points at random numbers in the place of theirs."""
    pk = rows.model._meta.pk
    assert pk is not None
    rows.update(**{pk.name: _Anywhere()})
