from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class SealedFile(models.Model):
    """Bytes sealed under a key of their own, which is sealed under the person's key (`envelope`).

    Small files rest in the row (`inline`), so they commit with it; larger ones in the file store
    under a random name. `size` is that of the plain bytes; their SHA-256 is inside the envelope.
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    group = models.SmallIntegerField()
    size = models.BigIntegerField()
    envelope = models.BinaryField()
    inline = models.BinaryField(null=True)
    stored_as = models.CharField(max_length=40, null=True, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "vault_sealed_file"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(inline__isnull=False) ^ models.Q(stored_as__isnull=False),
                name="sealed_file_rests_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return f"file {self.id}, {self.size} bytes"
