"""A sealed column inside a query: it may be read and asked for NULL, and nothing else.

Whatever the database computed from a ciphertext (an order, a maximum, a group, a copy in another column)
would be noise at best and a value in the wrong place at worst.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db.models import F
from django.db.models.expressions import Col, OrderBy
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

if TYPE_CHECKING:
    from aureole.vault.fields import SealedField

# What Django calls the columns of a subquery that an aggregate is computed from (Query.get_aggregation).
_FOR_AN_AGGREGATE = "__col"
_NOT_READING = (SQLAggregateCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler)


class SealedCol(Col):
    """What a query holds of a sealed column; writes itself into the SELECT list only."""

    target: SealedField

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self._is_being_read(compiler):
            raise cannot_compute(self.target)
        _refuse_order(compiler.query, self.target)
        _refuse_distinct(compiler.query, self)
        return super().as_sql(compiler, connection)

    def _is_being_read(self, compiler: Any) -> bool:
        """The SELECT list is written first, while the compiler has none yet; expressions in it do not count."""
        if isinstance(compiler, _NOT_READING) or compiler.select is not None:
            return False
        named = compiler.query.annotation_select
        if any(
            expression is self and name.startswith(_FOR_AN_AGGREGATE) for name, expression in named.items()
        ):
            return False
        return not any(part is self for whole in named.values() for part in _parts(whole))


class SealedIsNull(IsNull):
    """The one lookup: whether anything is there does not depend on the words."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if isinstance(lhs, SealedCol):
            lhs = Col(lhs.alias, lhs.target, lhs.output_field)
        super().__init__(lhs, rhs)


def cannot_compute(field: SealedField) -> FieldError:
    return FieldError(
        f"{field.model.__name__}.{field.name} is sealed: the database cannot order, group, compare or compute by it. "
        f"Sort the opened rows in Python, use vault.blind_index for exact identifiers, search.find for words, "
        f"or __isnull."
    )


def _parts(expression: Any) -> Iterator[Any]:
    """Everything an expression is made of, conditions included."""
    if hasattr(expression, "get_source_expressions"):
        for part in expression.get_source_expressions():
            yield part
            yield from _parts(part)


def _refuse_order(query: Any, field: SealedField) -> None:
    """ORDER BY may name a selected column by its position, which never comes through `as_sql`."""
    ordering = query.extra_order_by or query.order_by
    if not ordering and query.default_ordering:
        ordering = query.get_meta().ordering or ()
    for name in filter(None, map(_name, ordering)):
        expression = (query.selected or {}).get(name, query.annotations.get(name))
        if isinstance(expression, int):
            expression = query.select[expression]
        elif isinstance(expression, str):
            expression = query.annotations[expression]
        if isinstance(expression, SealedCol) or (query.combinator and name == field.name):
            raise cannot_compute(field)


def _name(item: Any) -> str | None:
    if isinstance(item, OrderBy):
        item = item.expression
    if isinstance(item, F):
        item = item.name  # type: ignore[attr-defined]  # the stubs forget it
    return item.lstrip("+-") if isinstance(item, str) else None


def _refuse_distinct(query: Any, column: SealedCol) -> None:
    """Equal words have unequal ciphertexts, so DISTINCT is honest only where the row itself is selected."""
    if not query.distinct or query.default_cols:
        return
    keys = {(c.alias, c.target) for c in query.select if isinstance(c, Col) and c.target.primary_key}
    if (column.alias, column.target.model._meta.pk) not in keys:
        raise FieldError(
            f"{column.target.model.__name__}.{column.target.name} is sealed: equal words have different ciphertexts, "
            f"so distinct() cannot tell them apart. Select the primary key as well, or compare opened rows."
        )
