"""The anonymous copy of a row: each column becomes what its module declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, overload
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Field, Model

from aureole.kernel.ids import timeless_id
from aureole.privacy.declare import Fate, declaration_of
from aureole.privacy.erasure.redactor import Redactor

M = TypeVar("M", bound=Model)
_HOUR = 3600


def anonymous_copy(row: M, *, redactor: Redactor, made: Mapping[str, Any]) -> M:
    """A new row, not saved, with an id that tells no time: one of ours tells to the millisecond when its row was made,
    so those of one run would show what belongs together, and which entries of the log are about it.

    made  the values of columns that are declared as given, by name; and words in the place of those of the row; `id`
          where the order of the rows is that of their ids (`timeless_ids`)
    """
    model = type(row)
    declaration = declaration_of(model)
    assert declaration is not None, f"{model.__name__} is not declared"
    copy = model()
    copy.pk = made.get("id") or timeless_id()
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            fate = declaration.anonymous[field.name]
            setattr(copy, field.attname, _becomes(row, copy, field, fate, redactor, made))
    return copy


def _becomes(
    row: Model, copy: Model, field: Field[Any, Any], fate: Fate, redactor: Redactor, made: Mapping[str, Any]
) -> Any:
    if fate.how == "given":
        return made[field.name]
    value = made.get(field.name, getattr(row, field.attname))
    if fate.how == "goes":
        return None if field.null else field.get_default()
    if value is None or fate.how == "stays":
        return value
    if fate.how == "month":
        return first_of_month(value)
    if fate.how == "hours":
        return _hours_after(getattr(copy, fate.after), value - getattr(row, fate.after))
    return redactor.redact(str(value))[0]


@overload
def first_of_month(value: datetime) -> datetime: ...
@overload
def first_of_month(value: date) -> date: ...
def first_of_month(value: date) -> date:
    """Noon of its first day, which is that day in every time zone; of a date, that day."""
    if not isinstance(value, datetime):
        return value.replace(day=1)
    here = value.astimezone(ZoneInfo(settings.AUREOLE_TIME_ZONE))
    return datetime(here.year, here.month, 1, 12, tzinfo=UTC)


def _hours_after(start: datetime, length: timedelta) -> datetime:
    return start + timedelta(hours=round(length.total_seconds() / _HOUR))
