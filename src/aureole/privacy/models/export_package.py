from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.vault.models import SealedFile


class ExportPackage(models.Model):
    """A package that waits to be fetched. Its bytes lie sealed under the person's evidence key.

    request_id  of the request it answers, if it answers one
    sha256  of the ZIP file, shown beside the download; hexadecimal
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    file = models.OneToOneField(SealedFile, on_delete=models.CASCADE, related_name="+")
    file_id: uuid.UUID
    request_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(
        null=True, unique=True
    )
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "privacy_export_package"

    def __str__(self) -> str:
        return f"export {self.id}"
