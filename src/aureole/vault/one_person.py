"""A row changes its person as a whole: a sealed column left behind would outlive the erasure of the new one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models.signals import pre_save

from aureole.vault.errors import SealedFieldMisuse
from aureole.vault.resting import Sealed
from aureole.vault.sealing import key_name


def watch(model: type[models.Model]) -> None:
    """Look at every save() of this model that names its columns. Models of migrations are left alone."""
    if not model._meta.abstract and model.__module__ != "__fake__":
        pre_save.connect(
            _refuse_half_a_move, sender=model, dispatch_uid=f"sealed columns of {model._meta.label}"
        )


def _refuse_half_a_move(
    sender: type[models.Model], instance: models.Model, update_fields: Collection[str] | None = None, **_: Any
) -> None:
    from aureole.vault.fields import SealedField

    if update_fields is None:
        return
    named = set(update_fields)
    for field in sender._meta.concrete_fields:
        if not isinstance(field, SealedField) or {field.name, field.attname} & named:
            continue
        if {field.person_field, field.person_field.removesuffix("_id")} & named:
            value, person_id = field.resting(instance), getattr(instance, field.person_field)
            if isinstance(value, Sealed) and key_name(value.token)[0] != person_id:
                raise SealedFieldMisuse(
                    f"{sender.__name__}.{field.name} is sealed under the key of the person before. "
                    f"Name it in update_fields as well, or save() the whole row; nothing was changed."
                )
