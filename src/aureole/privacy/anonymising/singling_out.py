"""Whether somebody who knows a little of a person could find them in what stays (WP216 §2.2: singling out, linking).

Three questions over the columns that are declared as indirect identifiers. How many people share each combination
that stays (k)? How many were there in each of the same months, so that conversations may stay under one pseudonym? And
which list loses one of few, so that comparing before and after tells who is gone?
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import TruncMonth

from aureole.privacy.declare import Declaration, declarations
from aureole.privacy.ports import directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """`persons` people share `columns` in `label`, the person among them: fewer than are needed.

    left  what is known by comparing before and after, rather than by looking at what stays
    """

    label: str
    columns: tuple[str, ...]
    persons: int
    left: bool = False

    @property
    def sentence(self) -> str:
        words = ", ".join(column.replace("_", " ") for column in self.columns)
        if self.left:
            who = "nobody else has" if self.persons == 1 else f"only {self.persons} people have"
            return (
                f"{self.label}: {who} the same {words}, so whoever compares lists before and after sees who is "
                f"missing. At least {needed()} are needed."
            )
        who = "nobody else shares" if self.persons == 1 else f"only {self.persons} people share"
        return f"{self.label}: {who} the same {words}. At least {needed()} are needed, or what stays points at them."


def needed() -> int:
    """How many people must share what stays of somebody (AUREOLE_ANONYMITY)."""
    return int(settings.AUREOLE_ANONYMITY)


def singled_out(persons: Sequence[uuid.UUID], *, besides: Sequence[uuid.UUID] = ()) -> list[Finding]:
    """What would tell these persons from all others; empty when nothing does.

    persons  somebody, or the pseudonyms their rows went to: they count as one
    besides  who does not count as somebody to be taken for: the person while their pseudonyms are looked at
    """
    return [
        f for d in declarations() if d.anonymous for f in _findings(d, list(persons), [*persons, *besides])
    ]


def _findings(declaration: Declaration, persons: list[uuid.UUID], out: list[uuid.UUID]) -> Iterator[Finding]:
    own = _rows(declaration).filter(**{f"{declaration.person}__in": persons})
    if not own.exists():
        return
    columns = [name for name, fate in declaration.anonymous.items() if fate.indirect and fate.how != "goes"]
    if columns:
        yield from _shared_by_few(declaration, columns, own, out)
    for name, fate in declaration.anonymous.items():
        if fate.indirect and fate.how == "goes":
            yield from _missed_among_few(declaration, name, own, out)


def _rows(declaration: Declaration) -> QuerySet[Any]:
    return declaration.model._base_manager.order_by()


def _others(declaration: Declaration, out: list[uuid.UUID]) -> QuerySet[Any]:
    """Rows of people one could be taken for. A pseudonym is nobody: several may have been one person."""
    person = declaration.person
    rows = _rows(declaration).filter(**{f"{person}__isnull": False}).exclude(**{f"{person}__in": out})
    return rows.exclude(**{f"{person}__in": directory().pseudonyms()})


def _shared_by_few(
    declaration: Declaration, columns: list[str], own: QuerySet[Any], out: list[uuid.UUID]
) -> Iterator[Finding]:
    classes = set(_classes(declaration, columns, own).values_list(*_names(columns)).distinct())
    others = _within(declaration, columns, _others(declaration, out), own)
    counted = _classes(declaration, columns, others).values(*_names(columns))
    counted = counted.annotate(persons=Count(declaration.person, distinct=True))
    sizes = {tuple(row[n] for n in _names(columns)): row["persons"] for row in counted}
    fewest = 1 + min(sizes.get(found, 0) for found in classes)
    if fewest < needed():
        yield Finding(label=declaration.label, columns=_said(declaration, columns), persons=fewest)


def _missed_among_few(
    declaration: Declaration, name: str, own: QuerySet[Any], out: list[uuid.UUID]
) -> Iterator[Finding]:
    found = own.filter(**{f"{name}__isnull": False}).values_list(name, flat=True).distinct()
    values = [value for value in found if value != ""]
    if not values:
        return
    counted = _others(declaration, out).filter(**{f"{name}__in": values}).values(name)
    sizes = dict(
        counted.annotate(persons=Count(declaration.person, distinct=True)).values_list(name, "persons")
    )
    fewest = 1 + min(sizes.get(value, 0) for value in values)
    if fewest < needed():
        yield Finding(label=declaration.label, columns=(name,), persons=fewest, left=True)


def stays_together(person_id: uuid.UUID) -> bool:
    """Whether enough people were there in every month in which this person was: then one pseudonym for all of it
    tells nobody. Otherwise the months, taken together, are as good as a name."""
    return all(_bystanders(d, name, person_id) >= needed() - 1 for d in declarations() for name in _months(d))


def _months(declaration: Declaration) -> list[str]:
    return [name for name, fate in declaration.anonymous.items() if fate.indirect and fate.how == "month"]


def _bystanders(declaration: Declaration, name: str, person_id: uuid.UUID) -> int:
    """How many others were there in all of the person's months, counted up to the number that is needed."""
    own = _rows(declaration).filter(**{declaration.person: person_id})
    months = list(own.annotate(in_month=_month(name)).values_list("in_month", flat=True).distinct())
    if len(months) < 2:
        return needed()
    others = _within(declaration, [name], _others(declaration, [person_id]), own)
    per_person = others.annotate(in_month=_month(name)).values(declaration.person)
    seen = per_person.annotate(months=Count("in_month", distinct=True, filter=Q(in_month__in=months)))
    return len(seen.filter(months=len(months))[: needed()])


def _classes(declaration: Declaration, columns: list[str], rows: QuerySet[Any]) -> QuerySet[Any]:
    months = {f"in_{name}": _month(name) for name in columns if declaration.anonymous[name].how == "month"}
    plain = {f"in_{name}": F(name) for name in columns if declaration.anonymous[name].how != "month"}
    classes: QuerySet[Any] = rows.annotate(**months, **plain)
    return classes


def _month(name: str) -> TruncMonth:
    return TruncMonth(name, tzinfo=ZoneInfo(settings.AUREOLE_TIME_ZONE))


def _names(columns: list[str]) -> list[str]:
    return [f"in_{name}" for name in columns]


def _within(
    declaration: Declaration, columns: list[str], rows: QuerySet[Any], own: QuerySet[Any]
) -> QuerySet[Any]:
    """Only rows of the span of time the person's are from: what lies elsewhere is in none of their classes."""
    for name in columns:
        if declaration.anonymous[name].how == "month":
            span = own.aggregate(first=Min(name), last=Max(name))
            first, last = _begin_of_month(span["first"]), _begin_of_month(span["last"])
            rows = rows.filter(
                **{f"{name}__gte": first, f"{name}__lt": _begin_of_month(last + timedelta(days=32))}
            )
    return rows


def _begin_of_month(moment: datetime) -> datetime:
    zone = ZoneInfo(settings.AUREOLE_TIME_ZONE)
    return moment.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _said(declaration: Declaration, columns: list[str]) -> tuple[str, ...]:
    return tuple("month" if declaration.anonymous[c].how == "month" else c for c in columns)
