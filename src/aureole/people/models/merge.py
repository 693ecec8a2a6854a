from __future__ import annotations

import uuid

from django.db import models

from aureole.people.models.person import Person
from aureole.vault.fields import SealedJSONField


class MergedPerson(models.Model):
    """A record that ended in another one. Its keys live as long as the other's: older backups and the log need them.

    id         of the record that ended
    person_id  of the one that holds everything now; goes with that person's last key, so that an erasure which
               broke off still knows whose keys it has to destroy
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person_id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(db_index=True)
    merged_at = models.DateTimeField()
    merged_by: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)

    class Meta:
        db_table = "people_merged_person"

    def __str__(self) -> str:
        return f"{self.id} in {self.person_id}"


class MergeUndo(models.Model):
    """What takes a merge apart again, exactly, until its day.

    held  the record that ended, and what the other one held before and after
    kept  which rows moved, and what had to be settled
    """

    merged = models.OneToOneField(
        MergedPerson, primary_key=True, on_delete=models.CASCADE, related_name="undo"
    )
    merged_id: uuid.UUID
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    person_id: uuid.UUID
    until = models.DateTimeField(db_index=True)
    held = SealedJSONField(group="identity", keys=("person", "fields"))
    kept = SealedJSONField(group="identity", keys=("origins", "moved", "steps"))

    class Meta:
        db_table = "people_merge_undo"

    def __str__(self) -> str:
        return f"undo of {self.merged_id}"
