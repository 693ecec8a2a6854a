from __future__ import annotations

import uuid

from django.db import models

from aureole.kernel.ids import new_id
from aureole.people.models.person import Person
from aureole.vault.fields import SealedTextField


class Correction(models.Model):
    """What stood in a field of a person until it was corrected (GDPR Art. 16). Never changed; goes with the person.

    field       which one: a column of Person, "organisation", or the kind of an address or number that was taken off
    before      what stood there, in words; what stands there now is the person's own row
    request_id  the request it came from; NULL when an agent noticed
    """

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    person_id: uuid.UUID
    field = models.CharField(max_length=16)
    before = SealedTextField(group="identity")
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10)
    by_agent: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    request_id: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)

    class Meta:
        db_table = "people_correction"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.field} of {self.person_id}"
