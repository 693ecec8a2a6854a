from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class SearchEntry(models.Model):
    """The keyed words of one row. A table of its own: backups leave it out, restore rebuilds it."""

    kind = models.CharField(max_length=16)
    row_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    tokens: ArrayField[list[int], list[int]] = ArrayField(models.BigIntegerField())
    epoch = models.SmallIntegerField()

    class Meta:
        db_table = "search_entry"
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="one_search_entry_per_row")]
        indexes = [
            # fastupdate stays on: without it inserts gain nothing and bulk loads take twice as long.
            GinIndex(fields=["tokens"], fastupdate=True, name="search_entry_tokens"),
            models.Index(fields=["at", "row_id"], name="search_entry_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"
