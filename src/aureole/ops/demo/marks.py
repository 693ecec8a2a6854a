"""Which rows are sample data."""

from __future__ import annotations

import hashlib
import uuid

from django.db.models import Model

from aureole.ops.demo.models import DemoMark


def digest_of(place: str) -> str:
    """The place in the content as a digest: keys of the content may be first names."""
    return hashlib.blake2b(place.encode(), digest_size=16).hexdigest()


def mark(row: Model, place: str) -> None:
    """Say that the row was made from this place of the content."""
    DemoMark.objects.create(model_label=row._meta.label, row_id=row.pk, told=digest_of(place))


def made_from(model: type[Model], place: str) -> uuid.UUID | None:
    """The row made from this place, also when it is gone by now; None when it was never made."""
    marks = DemoMark.objects.filter(model_label=model._meta.label, told=digest_of(place))
    return marks.values_list("row_id", flat=True).first()


def marked(model: type[Model]) -> list[uuid.UUID]:
    """Every row of the model that was made from the content, with those gone by now."""
    return list(DemoMark.objects.filter(model_label=model._meta.label).values_list("row_id", flat=True))


def told(model: type[Model]) -> set[str]:
    """Digests of the places that were told already."""
    return set(DemoMark.objects.filter(model_label=model._meta.label).values_list("told", flat=True))
