"""Deleting rows together with those that would forbid it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import PROTECT, Model


def delete_with_dependants(model: type[Model], keys: Sequence[Any]) -> None:
    """Delete the rows, and before them every row that protects them, however far away.

    Only for rows that are sample data as a whole: it knows no mercy and asks no module.
    """
    if not keys:
        return
    for relation in model._meta.related_objects:
        if relation.on_delete is PROTECT and isinstance(relation.related_model, type):
            found = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": list(keys)})
            delete_with_dependants(relation.related_model, list(found.values_list("pk", flat=True)))
    model._base_manager.filter(pk__in=list(keys)).delete()
