from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

if TYPE_CHECKING:
    _Array = ArrayField[list[int], list[int]]
else:
    _Array = ArrayField


class TokenArray(_Array):
    """integer[] of whole numbers as they are: preparing each of a hundred costs more than making them."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs


class SearchEntry(models.Model):
    """The keyed words of one row. A table of its own: backups leave it out, restore rebuilds it.

    epoch  which key made the tokens; rows of epochs before the present one are made anew in the background
    """

    kind = models.CharField(max_length=16)
    row_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    tokens = TokenArray(models.IntegerField())
    epoch = models.SmallIntegerField()

    class Meta:
        db_table = "search_entry"
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="one_search_entry_per_row")]
        indexes = [
            # fastupdate stays on: without it inserts gain nothing and bulk loads take twice as long.
            GinIndex(fields=["tokens"], fastupdate=True, name="search_entry_tokens"),
            models.Index(fields=["at", "row_id"], name="search_entry_latest"),
            models.Index(fields=["kind"], condition=models.Q(epoch=0), name="search_entry_of_older"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
