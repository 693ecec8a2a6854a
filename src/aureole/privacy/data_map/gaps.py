"""What the map leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aureole.privacy import vocabulary
from aureole.privacy.checks import check_data_map
from aureole.privacy.declare import Declaration, declarations


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Something the map leaves open, and what to do about it."""

    place: str
    problem: str
    fix: str


def gaps() -> list[Gap]:
    """What the map leaves open: undeclared columns, no purpose, no end, plain without a reason."""
    return [*_undeclared(), *(gap for d in declarations() for gap in _gaps_of(d))]


def _undeclared() -> Iterator[Gap]:
    for message in check_data_map(None):
        yield Gap(place=_place(message.obj), problem=message.msg, fix=message.hint or "")


def _place(thing: object) -> str:
    meta = getattr(thing, "_meta", None)
    return str(meta.db_table) if meta else str(thing)


def _gaps_of(declaration: Declaration) -> Iterator[Gap]:
    if vocabulary.is_retention(declaration.retention):
        months = vocabulary.retention(declaration.retention).months
        if months is None:
            yield Gap(
                place=declaration.table,
                problem=f"{declaration.label} have no end date.",
                fix=f"{declaration.declared}: name a retention class with a period.",
            )
    if not declaration.source:
        yield Gap(
            place=declaration.table,
            problem=f"Nobody said where {declaration.label} come from.",
            fix=f'{declaration.declared}: source="…" (GDPR Art. 14(2)(f)).',
        )
