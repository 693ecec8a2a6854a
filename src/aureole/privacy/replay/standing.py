"""Holds, restrictions, children, objections and ends of consents that are newer than the restored data: put back."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Field, Model

from aureole.privacy.ports import directory
from aureole.privacy.replay.rows import MARGIN, model_of, set_sealed
from aureole.vault.fences.journal import image_in_store, last_standing
from aureole.vault.fields import SealedField


def put_standing_back(as_of: datetime | None) -> Counter[str]:
    """How many rows were made or changed, by table. Repeatable.

    as_of  time of the data's last log entry when it came; None: all there is
    """
    done: Counter[str] = Counter()
    for line in last_standing(as_of and as_of - MARGIN):
        model = model_of(line.detail["table"])
        image = image_in_store(line) if model is not None and _is_here(line.person_id) else None
        if model is None or image is None:
            continue
        try:
            with transaction.atomic():
                done[line.detail["table"]] += _put(model, uuid.UUID(line.detail["row"]), image)
        except IntegrityError:
            continue  # the same stands here already, as another row
    return +done


def _is_here(person_id: uuid.UUID | None) -> bool:
    """Nothing is put back for somebody who is gone, or was not known yet on that day."""
    return person_id is not None and directory().exists(person_id)


def _put(model: type[Model], row_id: uuid.UUID, image: dict[str, Any]) -> int:
    row = model._base_manager.select_for_update().filter(pk=row_id).first()
    is_new = row is None
    if row is None:
        if not image["whole"]:
            return 0
        row = model(pk=row_id)
    plain = {name: _value(model, name, text) for name, text in image["plain"].items()}
    if not is_new and all(getattr(row, name) == value for name, value in plain.items()):
        return 0
    for name, value in plain.items():
        setattr(row, name, value)
    for name, text in image["columns"].items():
        field = model._meta.get_field(name)
        assert isinstance(field, SealedField), "noted as one"
        set_sealed(row, field, text)
    row.save(force_insert=is_new)
    return 1


def _value(model: type[Model], name: str, text: str | None) -> Any:
    field = model._meta.get_field(name)
    assert isinstance(field, Field), "noted as a column"
    return None if text is None else field.to_python(text)
