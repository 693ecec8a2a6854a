from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id


class BlindIndexEntry(models.Model):
    """Keyed digest of one identifier. A table of its own: backups leave it out, restore rebuilds it.

    epoch  which key; while the key is being exchanged an identifier has a row under each
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=16)
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    row_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField()
    epoch = models.IntegerField(default=1)

    class Meta:
        db_table = "vault_blind_index"
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="one_owner_per_identifier"),
            models.UniqueConstraint(fields=["row_id", "epoch"], name="one_digest_per_row_and_epoch"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
