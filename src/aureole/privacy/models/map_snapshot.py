from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class MapSnapshot(models.Model):
    """What the data map declared from a moment on: tables, columns, purposes and periods. No personal data.

    digest  SHA-256 of the content, hexadecimal: one is kept only when something changed
    rows    as `data_map.rows.MapRow` writes itself, without the place in the code
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    at = models.DateTimeField(db_index=True)
    digest = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        db_table = "privacy_map_snapshot"

    def __str__(self) -> str:
        return f"data map of {self.at}"
